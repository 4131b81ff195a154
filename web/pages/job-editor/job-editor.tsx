import '../../components/insight.css';
import './job-editor.css';
import { Alert, Button, Group, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { ApiProblem } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import { DataFields } from './data-fields.tsx';
import { EditConflict } from './edit-conflict.tsx';
import { ErrorSummary, focusField } from './error-summary.tsx';
import type { FieldProps } from './field-props.ts';
import { FileFields } from './file-fields.tsx';
import type { JobForm } from './job-form.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { RangeFields } from './range-fields.tsx';
import { RecipientsField } from './recipients-field.tsx';
import { RunFields } from './run-fields.tsx';
import { summaryOf } from './summary.ts';
import { TestPanel } from './test-panel.tsx';
import { UnsavedGuard } from './unsaved-guard.tsx';
import type { JobEditorProps } from './editor-props.ts';
import { type Editor, useEditor } from './use-editor.ts';
import { ZoneBanner } from './zone-banner.tsx';

const { editor: words } = strings;

/** The form of a job: what is typed beside what comes of it. */
export function JobEditor(props: JobEditorProps) {
  const { initial, filled, sources, certificates, edited, locked } = props;
  const page = useRef<HTMLFormElement>(null);
  const editor = useEditor(props, page);
  const { form, hasTime } = editor;
  const isCopy = Object.values(initial.known).some((instant) => instant !== undefined);
  return (
    <form onSubmit={editor.submit} noValidate ref={page} aria-label={edited === undefined ? words.title : words.editTitle}>
      <UnsavedGuard isDirty={editor.isDirty} />
      <Stack gap="lg">
        {(edited !== undefined || isCopy) && <ZoneBanner zone={form.timeZone} />}
        {locked !== undefined && edited !== undefined && <Locked reason={locked} job={edited} />}
        {filled !== undefined && (
          <Alert variant="light" color="indigo" role="status">
            {words.merged}
          </Alert>
        )}
        <div className="udm-editor">
          <fieldset className="udm-editor udm-editor-fields" disabled={locked !== undefined}>
            <FormSections editor={editor} sources={sources} certificates={certificates} />
          </fieldset>
          <div className="udm-editor-side">
            <Section title={strings.preview.title}>
              <Text size="sm" aria-live="polite">
                {summaryOf(form, hasTime, recipientLabels(form, certificates), locked !== undefined)}
              </Text>
              {locked === undefined && <PreviewPanel preview={editor.preview} shown={editor.shown} isEdit={edited !== undefined} sources={sources} />}
            </Section>
          </div>
          <Stack gap="lg">
            {locked === undefined && (
              <Section title={strings.trial.testTitle}>
                <TestPanel draft={editor.draft} job={edited?.id} zone={form.timeZone} certificates={certificates} />
              </Section>
            )}
            <Refusal {...props} editor={editor} onGoTo={(field) => focusField(page.current, field)} />
            <Actions busy={editor.save.busy} locked={locked} />
          </Stack>
        </div>
      </Stack>
    </form>
  );
}

function FormSections({ editor, sources, certificates }: Pick<JobEditorProps, 'sources' | 'certificates'> & { editor: Editor }) {
  const { form, messages, change, hasTime } = editor;
  const fields = { form, messages, onChange: change };
  return (
    <>
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
      <Section title={words.sections.file}>
        <FileFields {...fields} />
      </Section>
      <Section title={words.sections.who}>
        <RecipientsField form={form} certificates={certificates} message={messages.recipients} onChange={change} />
      </Section>
    </>
  );
}

interface RefusalProps extends Pick<JobEditorProps, 'edited' | 'onReload' | 'certificates'> {
  readonly editor: Editor;
  readonly onGoTo: (field: Parameters<typeof focusField>[1]) => void;
}

/** Why nothing was saved: mended in the fields, or settled with whoever saved meanwhile. */
function Refusal({ editor, edited, onReload, certificates, onGoTo }: RefusalProps) {
  const { save, form, shown } = editor;
  const hasConflict = save.error instanceof ApiProblem && save.error.code === 'version.mismatch';
  if (!hasConflict || edited === undefined || onReload === undefined) return <ErrorSummary error={save.error} shown={shown} onGoTo={onGoTo} />;
  return <EditConflict job={edited} mine={form} certificates={certificates} onKeepMine={() => onReload(form)} onTakeTheirs={() => onReload(null)} />;
}

function recipientLabels({ recipients }: JobForm, certificates: readonly CertificateView[]): string[] {
  return certificates.filter(({ id }) => recipients.includes(id)).map(({ label }) => label);
}

function NameFields({ form, messages, onChange }: FieldProps) {
  return (
    <>
      <TextInput
        data-field="title"
        label={words.fields.title}
        required
        maxLength={200}
        value={form.title}
        error={messages.title}
        onChange={(event) => onChange({ title: event.currentTarget.value })}
      />
      <Textarea
        data-field="description"
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

/** A job that cannot be changed is shown as it is, with the reason and what to do instead. */
function Locked({ reason, job }: { reason: string; job: JobView }) {
  const navigate = useNavigate();
  return (
    <Alert variant="light" color="indigo" title={words.notEditable} role="note">
      <Text size="sm">{reason}</Text>
      <Group mt="sm" gap="sm">
        <Button size="xs" onClick={() => void navigate({ to: '/jobs/new', search: { clone: job.id } })}>
          {words.cloneInstead}
        </Button>
        <Button size="xs" variant="default" onClick={() => void navigate({ to: '/jobs' })}>
          {words.toJobs}
        </Button>
      </Group>
    </Alert>
  );
}

function Actions({ busy, locked }: { busy: boolean; locked: string | undefined }) {
  const navigate = useNavigate();
  return (
    <Group>
      <Button type="submit" loading={busy} disabled={locked !== undefined} aria-keyshortcuts="Control+S Meta+S" title={locked ?? words.saveKeys}>
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
