import { Stack, Table, Text, Title } from '@mantine/core';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { count } from '../../format/numbers.ts';
import { fieldName } from './use-correctable-fields.ts';
import { words } from './words.ts';

const { findings: labels } = words;
type Finding = DataRequestDetails['findings'][number];

const { columns } = labels;
const COLUMNS: readonly Column<Finding>[] = [
  { key: 'source', label: columns.source, cell: ({ source }) => source },
  { key: 'type', label: columns.type, cell: ({ type }) => <span className="udm-code">{type}</span> },
  ...(['found', 'shared', 'uncertain', 'kept', 'done'] as const).map(
    (name): Column<Finding> => ({ key: name, label: columns[name], number: true, cell: (finding) => count(finding[name]) }),
  ),
];

/** What discovery found, source by source, and a few of the records, masked. */
export function RequestFindings({ request }: { request: DataRequestDetails }) {
  const { findings, corrections, preview } = request;
  const grounds = [...new Set(findings.flatMap(({ ground }) => ground ?? []))];
  return (
    <Stack gap="lg">
      <Stack gap="sm" component="section" aria-label={labels.title}>
        <Title order={2} size="h4">
          {labels.title}
        </Title>
        {findings.length === 0 ? (
          <Text size="sm" c="dimmed">
            {nothingBecause(request)}
          </Text>
        ) : (
          <DataTable label={labels.label} columns={COLUMNS} rows={findings} id={({ sourceId, type }) => `${sourceId} ${type}`} />
        )}
        {findings.some(({ shared }) => shared > 0) && <Text size="sm">{labels.sharedText}</Text>}
        {grounds.length > 0 && <Text size="sm">{labels.keptText(grounds.join('; '))}</Text>}
        {findings.some(({ uncertain }) => uncertain > 0) && <Text size="sm">{labels.uncertainText}</Text>}
      </Stack>
      {corrections.length > 0 && <Corrections corrections={corrections} />}
      {preview.length > 0 && <Preview preview={preview} />}
    </Stack>
  );
}

function nothingBecause({ people, state }: DataRequestDetails): string {
  if (state === 'ambiguous') return labels.unclear;
  return people === null || state === 'discovery' ? labels.notYet : labels.none;
}

function Corrections({ corrections }: Pick<DataRequestDetails, 'corrections'>) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.corrections}>
      <Title order={2} size="h4">
        {labels.corrections}
      </Title>
      <Table className="udm-card">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{labels.field}</Table.Th>
            <Table.Th>{labels.before}</Table.Th>
            <Table.Th>{labels.after}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {corrections.map(({ field, before, after }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two of one field may look alike, and none changes places
            <Table.Tr key={index}>
              <Table.Td>{fieldName(field)}</Table.Td>
              <Table.Td>{before ?? labels.anything}</Table.Td>
              <Table.Td>{after ?? labels.nothing}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Preview({ preview }: Pick<DataRequestDetails, 'preview'>) {
  return (
    <Stack gap="sm" component="section" aria-label={labels.preview}>
      <Title order={2} size="h4">
        {labels.preview}
      </Title>
      {preview.map(({ source, type, fields }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a preview have no name, and never change places
        <div key={index} className="udm-card" style={{ padding: 12 }}>
          <Text size="sm" fw={550} mb={4}>
            {source}, <span className="udm-code">{type}</span>
          </Text>
          <dl className="udm-masked">
            {fields.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </Stack>
  );
}
