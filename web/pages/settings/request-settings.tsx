import { Button, Checkbox, NumberInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { SettingsView } from '../../../src/contract/settings.ts';
import { useMay } from '../../api/queries.ts';
import { fieldError } from '../../components/field-error.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { useChangeSettings } from './use-settings.ts';

const { requests: words } = peopleWords.settings;
const SHOWN: ReadonlySet<string> = new Set(['requestDelayHours', 'phoneRegion']);
const LONGEST_DELAY = 720;

/** How carefully data requests are handled: who agrees, how long they can be stopped, whose phone numbers have no country. */
export function RequestSettings({ settings }: { settings: SettingsView }) {
  const mayChange = useMay('settings.change');
  const [form, setForm] = useState(() => formOf(settings));
  const change = useChangeSettings();
  const set = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const region = form.phoneRegion.trim().toUpperCase();
    change.mutate({ ...form, requestDelayHours: Number(form.requestDelayHours), phoneRegion: region === '' ? null : region });
  };
  return (
    <form onSubmit={submit} noValidate aria-label={words.title}>
      <Stack className="udm-card" p="lg">
        <div>
          <Title order={2} size="h4">
            {words.title}
          </Title>
          <Text size="sm" c="dimmed">
            {words.lead}
          </Text>
        </div>
        {(['erasureApproval', 'accessApproval'] as const).map((name) => (
          <Checkbox
            key={name}
            label={words[name]}
            disabled={!mayChange}
            checked={form[name]}
            onChange={({ currentTarget: { checked } }) => set({ [name]: checked })}
          />
        ))}
        <Stack maw={420}>
          <NumberInput
            label={words.delay}
            description={words.delayHint}
            disabled={!mayChange}
            min={0}
            max={LONGEST_DELAY}
            clampBehavior="none"
            allowDecimal={false}
            value={form.requestDelayHours}
            error={fieldError(change.error, 'requestDelayHours')}
            onChange={(requestDelayHours) => set({ requestDelayHours })}
          />
          <TextInput
            label={words.region}
            description={words.regionHint}
            disabled={!mayChange}
            maxLength={10}
            value={form.phoneRegion}
            error={fieldError(change.error, 'phoneRegion')}
            onChange={({ currentTarget: { value } }) => set({ phoneRegion: value })}
          />
        </Stack>
        <ProblemAlert error={change.error} shown={({ field }) => SHOWN.has(field)} />
        {mayChange && (
          <Button type="submit" loading={change.isPending} style={{ alignSelf: 'start' }}>
            {words.save}
          </Button>
        )}
      </Stack>
    </form>
  );
}

function formOf({ erasureApproval, accessApproval, requestDelayHours, phoneRegion }: SettingsView) {
  return { erasureApproval, accessApproval, requestDelayHours: requestDelayHours as number | string, phoneRegion: phoneRegion ?? '' };
}
