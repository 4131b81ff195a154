import { Button, Checkbox, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { dayOf, startOfDay } from '../format/day.ts';
import type { ListState } from '../list-state.ts';
import { useShownZone } from '../shown-zone.ts';
import { strings } from '../strings.ts';
import type { FilterField } from './filter-fields.ts';
import { ChevronIcon } from './icons.tsx';

const { filter: words } = strings;

/** The control of one filter. */
export function FilterControl({ field, state }: { field: FilterField; state: ListState }) {
  if (field.kind === 'choice') return <ChoiceControl field={field} state={state} />;
  if (field.kind === 'days') return <DaysControl field={field} state={state} />;
  if (field.kind === 'amounts') return <AmountsControl field={field} state={state} />;
  return (
    <DebouncedText label={field.label} value={state.search[field.name] ?? ''} onChange={(text) => state.changeFilters({ [field.name]: text || undefined })} />
  );
}

type Kind<K extends FilterField['kind']> = { readonly field: Extract<FilterField, { kind: K }>; readonly state: ListState };

/** What the control shows: at once what the person did, and what the address says as soon as that changes. */
function useShown<T extends string | number>(inAddress: T): [T, (value: T) => void] {
  const [shown, setShown] = useState(inAddress);
  useEffect(() => setShown(inAddress), [inAddress]);
  return [shown, setShown];
}

/** Several values of few; the button tells which. */
function ChoiceControl({ field, state }: Kind<'choice'>) {
  const [shown, setShown] = useShown(state.search[field.name] ?? '');
  const chosen = shown === '' ? [] : shown.split(',');
  const choose = (next: readonly string[]) => {
    setShown(next.join(','));
    state.changeFilters({ [field.name]: next.join(',') });
  };
  const labels = field.options.filter(([value]) => chosen.includes(value)).map(([, label]) => label);
  const told = labels.length > 2 ? words.chosen(labels.length) : labels.join(', ');
  return (
    <Popover position="bottom-start" withinPortal={false} trapFocus>
      <Popover.Target>
        <Button variant="default" fw={400} rightSection={<ChevronIcon />} data-set={chosen.length > 0}>
          {chosen.length === 0 ? field.label : `${field.label}: ${told === '' ? chosen.join(', ') : told}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={field.label}>
        <Checkbox.Group value={chosen} onChange={choose} aria-label={field.label}>
          <Stack gap="xs">
            {field.options.map(([value, label]) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}

/** From one day to another, both included, on the clocks that the list shows. */
function DaysControl({ field, state }: Kind<'days'>) {
  const timeZone = useShownZone();
  const [from, setFrom] = useShown(dayOf(timeZone, state.search[field.from]));
  const [to, setTo] = useShown(dayOf(timeZone, state.search[field.to], 1));
  return (
    <fieldset className="udm-range">
      <legend>{words.inZone(field.label, timeZone)}</legend>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          type="date"
          aria-label={words.from(field.label)}
          value={from}
          max={to || undefined}
          onChange={({ currentTarget: { value } }) => {
            setFrom(value);
            state.changeFilters({ [field.from]: startOfDay(timeZone, value) });
          }}
        />
        <span aria-hidden="true">–</span>
        <TextInput
          type="date"
          aria-label={words.to(field.label)}
          value={to}
          min={from || undefined}
          onChange={({ currentTarget: { value } }) => {
            setTo(value);
            state.changeFilters({ [field.to]: startOfDay(timeZone, value, 1) });
          }}
        />
      </Group>
    </fieldset>
  );
}

function AmountsControl({ field, state }: Kind<'amounts'>) {
  const { min, max, factor, label } = field;
  const shown = (text: string | undefined) => (text === undefined || !Number.isFinite(Number(text)) ? '' : Number(text) / factor);
  const set = (name: typeof min) => (value: number | string) =>
    state.changeFilters({ [name]: value === '' || !(Number(value) >= 0) ? undefined : String(Math.round(Number(value) * factor)) });
  if (min === max) return <DebouncedNumber label={label} value={shown(state.search[min])} onChange={set(min)} />;
  return (
    <fieldset className="udm-range">
      <legend>{label}</legend>
      <Group gap="xs" wrap="nowrap">
        <DebouncedNumber ariaLabel={words.least(label)} placeholder={words.leastHint} value={shown(state.search[min])} onChange={set(min)} />
        <span aria-hidden="true">–</span>
        <DebouncedNumber ariaLabel={words.most(label)} placeholder={words.mostHint} value={shown(state.search[max])} onChange={set(max)} />
      </Group>
    </fieldset>
  );
}

interface NumberProps {
  readonly label?: string;
  readonly ariaLabel?: string;
  readonly placeholder?: string;
  readonly value: number | '';
  readonly onChange: (value: number | string) => void;
}

/** Digits, and one comma or point: a field of the library that formats numbers weighs as much as a page. */
function DebouncedNumber({ label, ariaLabel, placeholder, value, onChange }: NumberProps) {
  const [typed, setTyped] = useState(String(value));
  const send = useDebouncedCallback(onChange, 400);
  useEffect(() => setTyped((text) => (text !== '' && numberOf(text) === value ? text : String(value))), [value]);
  return (
    <TextInput
      inputMode="decimal"
      label={label}
      aria-label={ariaLabel}
      placeholder={placeholder}
      maxLength={12}
      w={label === undefined ? 110 : 140}
      value={typed}
      onChange={({ currentTarget: { value: text } }) => {
        if (!/^\d{0,9}([.,]\d{0,2})?$/.test(text)) return;
        setTyped(text);
        send(text === '' ? '' : numberOf(text));
      }}
    />
  );
}

function numberOf(text: string): number {
  return Number(text.replace(',', '.'));
}

function DebouncedText({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useShown(value);
  const send = useDebouncedCallback(onChange, 400);
  return (
    <TextInput
      label={label}
      value={typed}
      maxLength={200}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        send(event.currentTarget.value.trim());
      }}
    />
  );
}
