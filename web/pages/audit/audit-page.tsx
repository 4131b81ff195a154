import { Button, Group } from '@mantine/core';
import { queryString } from '../../api/client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilterControl } from '../../components/filter-controls.tsx';
import type { FilterField } from '../../components/filter-fields.ts';
import { ListBody } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { type ListState, useListState } from '../../list-state.ts';
import { strings } from '../../strings.ts';
import { AuditTable } from './audit-table.tsx';
import { ChainState } from './chain-state.tsx';
import { RecordDetails } from './record-details.tsx';
import { useAudit } from './use-audit.ts';
import { words } from './words.ts';

const FIELDS: readonly FilterField[] = [
  { kind: 'text', name: 'user', label: words.filters.user },
  { kind: 'text', name: 'action', label: words.filters.action },
  { kind: 'text', name: 'object', label: words.filters.object },
  { kind: 'days', from: 'from', to: 'to', label: words.filters.at },
  { kind: 'choice', name: 'by', label: words.filters.by, options: Object.entries(words.by) },
  { kind: 'choice', name: 'objectKind', label: words.filters.objectKind, options: Object.entries(words.objects) },
];

export function AuditPage() {
  const state = useListState('-number');
  const query = useAudit(state.query);
  const { sort: _sort, cursor: _cursor, ...filters } = state.query;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} total={query.data?.total}>
        <Button component="a" variant="default" href={`/api/audit/lines${queryString(filters)}`} download>
          {words.download}
        </Button>
      </PageHeader>
      <ChainState />
      <Filters state={state} />
      <ListBody query={query} state={state} words={[words.one, words.many]} empty={<EmptyState title={words.empty} text={words.emptyText} />}>
        {(rows) => <AuditTable rows={rows} onOpen={state.show} />}
      </ListBody>
      <RecordDetails number={state.search.show} rows={query.data?.items} onClose={() => state.show(undefined)} />
    </>
  );
}

function Filters({ state }: { state: ListState }) {
  return (
    <search className="udm-filters" aria-label={words.filters.group}>
      <Group gap="md" align="flex-end">
        {FIELDS.map((field) => (
          <FilterControl key={field.label} field={field} state={state} />
        ))}
        {state.filtered && (
          <Button variant="default" onClick={state.clearFilters}>
            {strings.filter.clear}
          </Button>
        )}
      </Group>
    </search>
  );
}
