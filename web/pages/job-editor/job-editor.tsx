import { Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { JobView } from '../../../src/contract/job.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { ApiProblem } from '../../api/client.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { DataFields } from './data-fields.tsx';
import { EditConflict } from './edit-conflict.tsx';
import type { FieldProps } from './field-props.ts';
import { formFieldOf, messagesByField, shownFields, withLiveMessages } from './field-problems.ts';
import { type JobForm, typeOf } from './job-form.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { RangeFields } from './range-fields.tsx';
import { RecipientsField } from './recipients-field.tsx';
import { RunFields } from './run-fields.tsx';
import { summaryOf } from './summary.ts';
import { toDraft } from './to-draft.ts';
import { useFormPreview } from './use-form-preview.ts';
import { useSaveJob } from './use-save-job.ts';

const { editor: words } = strings;

interface Props {
  readonly initial: JobForm;
  readonly sources: readonly SourceView[];
  readonly certificates: readonly CertificateView[];
  /** The job that is changed; left out for a new one. */
  readonly edited?: JobView;
  /** Reads the job that is changed again, and starts over from it. */
  readonly onReload?: () => void;
}

export function JobEditor({ initial, sources, certificates, edited, onReload }: Props) {
  const page = useRef<HTMLFormElement>(null);
  const { form, hasTime, shown, preview, save, messages, change, submit } = useEditor(initial, sources, edited, page);
  const fields = { form, messages, onChange: change };
  const hasConflict = save.error instanceof ApiProblem && save.error.code === 'version.mismatch';
  return (
    <form onSubmit={submit} noValidate ref={page} aria-label={edited === undefined ? words.title : words.editTitle}>
      <Stack gap="lg" maw={760}>
        <Section title={words.sections.what}>
          <NameFields {...fields} />
        </Section>
        <Section title={words.sections.data}>
          <DataFields {...fields} sources={sources} />
        </Section>
        <Section title={words.sections.when}>
          <RunFields {...fields} />
        </Section>
        <Section title={words.sections.stretch}>
          <RangeFields {...fields} hasTime={hasTime} />
        </Section>
        <Section title={words.sections.who}>
          <RecipientsField form={form} certificates={certificates} message={messages.recipients} onChange={change} />
        </Section>
        <Section title={strings.preview.title}>
          <Text size="sm" aria-live="polite">
            {summaryOf(form, hasTime, recipientLabels(form, certificates))}
          </Text>
          <PreviewPanel preview={preview} shown={shown} isEdit={edited !== undefined} />
        </Section>
        {hasConflict && onReload !== undefined ? (
          <EditConflict onReload={onReload} />
        ) : (
          <ProblemAlert error={save.error} shown={({ field }) => formFieldOf(field, shown) !== undefined} />
        )}
        <Actions busy={save.busy} />
      </Stack>
    </form>
  );
}

/** The form, what the server makes of it, and saving it. */
function useEditor(initial: JobForm, sources: readonly SourceView[], edited: JobView | undefined, page: { readonly current: HTMLFormElement | null }) {
  const [form, setForm] = useState(initial);
  const save = useSaveJob(edited, () => page.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  const hasTime = typeOf(form, sources)?.hasTime ?? true;
  const draft = toDraft(form, hasTime);
  const shown = shownFields(form, hasTime);
  const preview = useFormPreview(form, hasTime, edited?.id);
  const saved = messagesByField(save.error, shown);
  // What was just refused stands until the form is changed and judged again.
  const isJudged = preview.hasJudged && JSON.stringify(draft) !== save.sent;
  const messages = isJudged ? withLiveMessages(saved, messagesByField(preview.error, shown)) : saved;
  const change = (part: Partial<JobForm>) => setForm((known) => ({ ...known, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.start(draft);
  };
  return { form, hasTime, shown, preview, save, messages, change, submit };
}

function recipientLabels({ recipients }: JobForm, certificates: readonly CertificateView[]): string[] {
  return certificates.filter(({ id }) => recipients.includes(id)).map(({ label }) => label);
}

function NameFields({ form, messages, onChange }: FieldProps) {
  return (
    <>
      <TextInput
        label={words.fields.title}
        required
        maxLength={200}
        value={form.title}
        error={messages.title}
        onChange={(event) => onChange({ title: event.currentTarget.value })}
      />
      <Textarea
        label={words.fields.description}
        autosize
        minRows={2}
        maxLength={2000}
        value={form.description}
        error={messages.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
    </>
  );
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
