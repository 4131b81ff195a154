import { Alert, Button, Group, NativeSelect, Radio, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { randomId } from '../../api/client.ts';
import { useCreateJob } from '../../api/mutations.ts';
import { useSession } from '../../api/queries.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { DataFields } from './data-fields.tsx';
import { belongsToForm, messagesByField } from './field-problems.ts';
import { type JobForm, summaryOf, toDraft, typeOf } from './job-form.ts';
import { RangeFields } from './range-fields.tsx';
import { RecipientsField } from './recipients-field.tsx';

const { editor: words } = strings;

interface Props {
  readonly initial: JobForm;
  readonly sources: readonly SourceView[];
  readonly certificates: readonly CertificateView[];
}

export function JobEditor({ initial, sources, certificates }: Props) {
  const { timeZone } = useSession();
  const [form, setForm] = useState(initial);
  const page = useRef<HTMLFormElement>(null);
  const save = useSave(page);
  const change = (part: Partial<JobForm>) => setForm((known) => ({ ...known, ...part }));
  const hasTime = typeOf(form, sources)?.hasTime ?? true;
  const messages = messagesByField(save.error);
  const labels = certificates.filter(({ id }) => form.recipients.includes(id)).map(({ label }) => label);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.start(form, timeZone, hasTime);
  };
  return (
    <form onSubmit={submit} noValidate ref={page} aria-label={words.title}>
      <Stack gap="lg" maw={760}>
        <Section title={words.sections.what}>
          <TextInput
            label={words.fields.title}
            required
            maxLength={200}
            value={form.title}
            error={messages.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <Textarea
            label={words.fields.description}
            autosize
            minRows={2}
            maxLength={2000}
            value={form.description}
            error={messages.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
        </Section>
        <Section title={words.sections.data}>
          <DataFields form={form} sources={sources} messages={messages} onChange={change} />
          <RangeFields form={form} hasTime={hasTime} messages={messages} onChange={change} />
        </Section>
        <Section title={words.sections.when}>
          <RunFields message={messages.run} />
        </Section>
        <Section title={words.sections.who}>
          <RecipientsField form={form} certificates={certificates} message={messages.recipients} onChange={change} />
        </Section>
        <Alert variant="light" color="indigo" title={words.summaryTitle} role="note">
          <Text size="sm" aria-live="polite">
            {summaryOf(form, timeZone, hasTime, labels)}
          </Text>
        </Alert>
        <ProblemAlert error={save.error} shown={belongsToForm} />
        <Actions busy={save.busy} />
      </Stack>
    </form>
  );
}

/** One key per content of the form: sending the same again after a broken connection makes no second job. */
function useSave(page: { readonly current: HTMLFormElement | null }) {
  const create = useCreateJob();
  const navigate = useNavigate();
  const sent = useRef({ content: '', key: '' });
  const start = (form: JobForm, zone: string, hasTime: boolean) => {
    const draft = toDraft(form, zone, hasTime);
    const content = JSON.stringify(draft);
    if (sent.current.content !== content) sent.current = { content, key: randomId() };
    create.mutate(
      { draft, key: sent.current.key },
      {
        onSuccess: (job) => {
          notifications.show({ message: words.saved(job.title), color: 'green' });
          void navigate({ to: '/jobs' });
        },
        onError: () => requestAnimationFrame(() => page.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()),
      },
    );
  };
  return { start, error: create.error, busy: create.isPending };
}

function Actions({ busy }: { busy: boolean }) {
  const navigate = useNavigate();
  return (
    <Group>
      <Button type="submit" loading={busy}>
        {words.save}
      </Button>
      <Button variant="default" onClick={() => void navigate({ to: '/jobs' })}>
        {strings.app.cancel}
      </Button>
    </Group>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack className="udm-card" p="lg" gap="md" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** The only way of running there is so far. */
function RunFields({ message }: { message: string | undefined }) {
  return (
    <Group align="flex-start" gap="xl">
      <NativeSelect label={words.fields.run} required data={[{ value: 'once', label: words.once }]} error={message} />
      <Radio.Group label={words.fields.start} value="immediately">
        <Radio mt={8} value="immediately" label={words.immediately} />
      </Radio.Group>
    </Group>
  );
}
