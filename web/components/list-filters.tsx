import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useSources } from '../api/queries.ts';
import { strings } from '../strings.ts';
import { SearchIcon } from './icons.tsx';

export interface Filters {
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly state?: string | undefined;
  readonly text?: string | undefined;
}

interface Props {
  readonly value: Filters;
  readonly withStatus: boolean;
  /** Active or suspended: only jobs have it. */
  readonly withState?: boolean;
  /** The orders the server offers, in words; the first is the usual one. */
  readonly sorts: Readonly<Record<string, string>>;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
  readonly onChange: (filters: Filters) => void;
  readonly onClear: () => void;
}

/** Source, type, state, status and text. Where they are kept (the address) is the page's affair. */
export function ListFilters({ value, withStatus, withState, sorts, sort, onSort, onChange, onClear }: Props) {
  const sources = useSources().data?.items ?? [];
  const offered = value.source === undefined ? sources : sources.filter((source) => source.name === value.source);
  const types = [...new Set(offered.flatMap((source) => source.types.map((entry) => entry.type)))];
  const any = Object.values(value).some((part) => part !== undefined && part !== '');
  return (
    <Group gap="sm" mb="md" role="search" aria-label={strings.filter.group}>
      <SearchField value={value.text ?? ''} onChange={(text) => onChange({ ...value, text: text === '' ? undefined : text })} />
      <Choice
        label={strings.filter.source}
        all={strings.filter.allSources}
        value={value.source}
        options={sources.map((source) => [source.name, source.name])}
        onChange={(source) => onChange({ ...value, source, type: undefined })}
      />
      <Choice
        label={strings.filter.type}
        all={strings.filter.allTypes}
        value={value.type}
        options={types.map((type) => [type, type])}
        onChange={(type) => onChange({ ...value, type })}
      />
      {withState === true && (
        <Choice
          label={strings.filter.state}
          all={strings.filter.allStates}
          value={value.state}
          options={Object.entries(strings.jobs.state)}
          onChange={(state) => onChange({ ...value, state })}
        />
      )}
      {withStatus && (
        <Choice
          label={strings.filter.status}
          all={strings.filter.allStatuses}
          value={value.status}
          options={Object.entries(strings.status)}
          onChange={(status) => onChange({ ...value, status })}
        />
      )}
      <NativeSelect
        aria-label={strings.filter.sort}
        value={sort ?? Object.keys(sorts)[0] ?? ''}
        onChange={(event) => onSort(event.currentTarget.value)}
        data={Object.entries(sorts).map(([key, label]) => ({ value: key, label }))}
      />
      {any && (
        <Button variant="subtle" onClick={onClear}>
          {strings.filter.clear}
        </Button>
      )}
    </Group>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string | undefined) => void;
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  const known = value === undefined || options.some(([key]) => key === value) ? options : [...options, [value, value] as const];
  return (
    <NativeSelect
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
      data={[{ value: '', label: all }, ...known.map(([key, text]) => ({ value: key, label: text }))]}
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
