import { Button, Collapse, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { useEffect, useId, useRef, useState } from 'react';
import { useSources } from '../api/queries.ts';
import type { ListState } from '../list-state.ts';
import { strings } from '../strings.ts';
import type { Column } from './data-table.tsx';
import { FilterControl } from './filter-controls.tsx';
import { type FilterField, namesOf } from './filter-fields.ts';
import { ChevronIcon, SearchIcon } from './icons.tsx';

interface Props {
  readonly state: ListState;
  /** Beyond search, source and type; the first is always in sight. */
  readonly fields: readonly FilterField[];
  /** Where the headers are out of sight, on narrow screens, the order is chosen here. */
  readonly columns: readonly Pick<Column<never>, 'label' | 'sort'>[];
}

/** Search, source, type, one or two of the list's own filters, and the others behind a button. All of them stand in the address. */
export function ListFilters({ state, fields, columns }: Props) {
  const { search, changeFilters } = state;
  const sources = useSources().data?.items ?? [];
  const offered = search.source === undefined ? sources : sources.filter((source) => source.name === search.source);
  const types = [...new Set(offered.flatMap((source) => source.types.map((entry) => entry.type)))];
  const inSight = fields.slice(0, fields[1]?.kind === 'choice' ? 2 : 1);
  const others = fields.slice(inSight.length);
  const set = others.filter((field) => namesOf(field).some((name) => search[name] !== undefined)).length;
  const [opened, { toggle }] = useDisclosure(set > 0);
  const panel = useId();
  return (
    <search className="udm-filters" aria-label={strings.filter.group}>
      <Group gap="sm">
        <SearchField value={search.text ?? ''} onChange={(text) => changeFilters({ text })} />
        <Choice
          label={strings.filter.source}
          all={strings.filter.allSources}
          value={search.source}
          options={sources.map((source) => source.name)}
          onChange={(source) => changeFilters({ source, type: undefined })}
        />
        <Choice label={strings.filter.type} all={strings.filter.allTypes} value={search.type} options={types} onChange={(type) => changeFilters({ type })} />
        {inSight.map((field) => (
          <FilterControl key={namesOf(field).join()} field={field} state={state} />
        ))}
        <SortChoice state={state} columns={columns} />
        {others.length > 0 && (
          <Button variant="default" rightSection={<ChevronIcon />} aria-expanded={opened} aria-controls={panel} onClick={toggle}>
            {set === 0 ? strings.filter.more : strings.filter.moreSet(set)}
          </Button>
        )}
        {state.filtered && (
          <Button variant="default" onClick={state.clearFilters}>
            {strings.filter.clear}
          </Button>
        )}
      </Group>
      <Collapse expanded={opened} id={panel}>
        <Group gap="md" align="flex-end" pt="sm">
          {others.map((field) => (
            <FilterControl key={namesOf(field).join()} field={field} state={state} />
          ))}
        </Group>
      </Collapse>
    </search>
  );
}

/** Where the headers are out of sight, on narrow screens, the order is chosen here. */
export function SortChoice({ state, columns }: Pick<Props, 'state' | 'columns'>) {
  const options = columns.flatMap(({ label, sort }) =>
    sort === undefined
      ? []
      : [
          { value: `-${sort}`, label: strings.filter.descending(label) },
          { value: sort, label: strings.filter.ascending(label) },
        ],
  );
  const known = options.some(({ value }) => value === state.sort) ? options : [{ value: state.sort, label: strings.filter.usualSort }, ...options];
  return (
    <NativeSelect
      className="udm-sort-choice"
      aria-label={strings.filter.sort}
      value={state.sort}
      onChange={(event) => state.changeSort(event.currentTarget.value)}
      data={known}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  const known = value === undefined || options.includes(value) ? options : [...options, value];
  return (
    <NativeSelect
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      data={[{ value: '', label: all }, ...known.map((one) => ({ value: one, label: one }))]}
    />
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, 300);
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <TextInput
      type="search"
      aria-label={strings.filter.text}
      placeholder={strings.filter.textHint}
      leftSection={<SearchIcon />}
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value.trim());
      }}
    />
  );
}
