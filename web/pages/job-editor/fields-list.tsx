import { Badge, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TypeFieldsView } from '../../../src/contract/source.ts';
import { useTypeFields } from '../../api/trial.ts';
import { Loading } from '../../components/list-body.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';

const { trial: words } = strings;

type Field = TypeFieldsView['entityTypes'][number]['fields'][number];

/** The fields of one entity type: kind, meaning, and what tells of a person. */
export function FieldsList({ source, type, entityType }: { source: string; type: string; entityType: string }) {
  const fields = useTypeFields(source, type);
  const [search, setSearch] = useState('');
  if (fields.error !== null) return <ProblemAlert error={fields.error} />;
  const entity = fields.data?.entityTypes.find((one) => one.entityType === entityType);
  if (entity === undefined) return <Loading />;
  const wanted = search.trim().toLowerCase();
  const fits = ({ name, title }: Field) => `${name} ${title ?? ''}`.toLowerCase().includes(wanted);
  const [rows, attached] = [entity.fields.filter(fits), entity.attachments.filter(fits)];
  const all = entity.fields.length + entity.attachments.length;
  return (
    <Stack gap="xs">
      <div className="udm-insight-bar">
        <TextInput size="xs" aria-label={words.filter} placeholder={words.filter} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Text size="xs" c="dimmed" role="status">
          {words.count(rows.length + attached.length, all)}
        </Text>
      </div>
      {rows.length + attached.length === 0 ? <Text size="sm">{words.nothing}</Text> : <FieldTable entityType={entityType} rows={rows} attached={attached} />}
    </Stack>
  );
}

function FieldTable({ entityType, rows, attached }: { entityType: string; rows: readonly Field[]; attached: readonly Field[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="udm-insight-scroll" aria-label={words.insight(entityType)} tabIndex={0}>
      <table className="udm-insight-table">
        <thead>
          <tr>
            {Object.values(words.columns).map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((field) => (
            <FieldRow key={field.name} field={field} />
          ))}
          {attached.length > 0 && (
            <tr>
              <th scope="colgroup" colSpan={3}>
                {words.attachmentsOf}
              </th>
            </tr>
          )}
          {attached.map((field) => (
            <FieldRow key={`attached ${field.name}`} field={field} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FieldRow({ field }: { field: Field }) {
  const { name, type, format, title, identifies } = field;
  return (
    <tr>
      <td>
        <code>{name}</code>
      </td>
      <td>{words.kinds[format === null ? type : 'time'] ?? type}</td>
      <td>
        {title ?? <span className="udm-faint">{words.noMeaning}</span>}{' '}
        {identifies !== null && (
          <Badge size="sm" variant="outline" color="gray" tt="none" className="udm-mark">
            {words.person[identifies] ?? identifies}
          </Badge>
        )}
      </td>
    </tr>
  );
}
