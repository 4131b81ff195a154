import { Button, Checkbox, Group, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { FilterControl } from '../../components/filter-controls.tsx';
import type { FilterField } from '../../components/filter-fields.ts';
import { SearchIcon } from '../../components/icons.tsx';
import { SortChoice } from '../../components/list-filters.tsx';
import type { ListState } from '../../list-state.ts';
import { strings } from '../../strings.ts';
import { isPartOfCase } from './case-text.ts';
import { REQUEST_COLUMNS } from './requests-table.tsx';
import { words } from './words.ts';

const { filters } = words;
const FIELDS: readonly FilterField[] = [
  { kind: 'choice', name: 'kind', label: filters.kind, options: Object.entries(words.kinds) },
  { kind: 'choice', name: 'state', label: filters.state, options: [['open', filters.open], ['ended', filters.ended], ...Object.entries(words.states)] },
];
const LONGEST_CASE = 100;
const TYPING_MS = 300;

/** Everything that narrows the list stands in the address; hence no text that could name a person. */
export function RequestsFilters({ state }: { state: ListState }) {
  return (
    <search className="udm-filters" aria-label={strings.filter.group}>
      <Group gap="sm" align="flex-start">
        <CaseSearch value={state.search.text ?? ''} onChange={(text) => state.changeFilters({ text })} />
        {FIELDS.map((field) => (
          <FilterControl key={field.label} field={field} state={state} />
        ))}
        <OverdueOnly state={state} />
        <SortChoice state={state} columns={REQUEST_COLUMNS} />
        {state.filtered && (
          <Button variant="default" onClick={state.clearFilters}>
            {strings.filter.clear}
          </Button>
        )}
      </Group>
    </search>
  );
}

/** Shows at once what the person did; the address follows. */
function OverdueOnly({ state }: { state: ListState }) {
  const inAddress = state.search.overdue === 'true';
  const [checked, setChecked] = useState(inAddress);
  useEffect(() => setChecked(inAddress), [inAddress]);
  return (
    <Checkbox
      my={8}
      label={filters.overdue}
      checked={checked}
      onChange={({ currentTarget }) => {
        setChecked(currentTarget.checked);
        state.changeFilters({ overdue: currentTarget.checked ? 'true' : undefined });
      }}
    />
  );
}

function CaseSearch({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, TYPING_MS);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  const isWrong = !isPartOfCase(text.trim());
  return (
    <TextInput
      type="search"
      aria-label={filters.text}
      placeholder={filters.text}
      leftSection={<SearchIcon />}
      value={text}
      maxLength={LONGEST_CASE}
      maw={280}
      error={isWrong ? filters.textWrong : undefined}
      onChange={({ currentTarget: { value: next } }) => {
        setText(next);
        if (isPartOfCase(next.trim())) send(next.trim());
        else send.cancel();
      }}
    />
  );
}
