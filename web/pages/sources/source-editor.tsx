import { Anchor, Button, Grid, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link, useNavigate } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { SourceDetailView } from '../../../src/contract/source.ts';
import { ApiProblem } from '../../api/client.ts';
import { useMay } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { JobLinks } from './delete-source.tsx';
import { RestoredSource } from './restored-source.tsx';
import { SettingFields } from './setting-fields.tsx';
import { draftOf, formOf } from './source-form.ts';
import { TestPanel } from './test-panel.tsx';
import { useSaveSource } from './use-sources.ts';
import { words } from './words.ts';

const { editor } = words;

/** A source and its test beside it; for who may not change it, its settings to read. */
export function SourceEditor({ stored }: { stored: SourceDetailView | null }) {
  const mayChange = useMay('sources.change');
  const navigate = useNavigate();
  const [form, setForm] = useState(() => formOf(stored));
  const save = useSaveSource(stored);
  const draft = draftOf(form);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(draft, {
      onSuccess: ({ name }) => {
        notifications.show({ message: editor.saved(name), color: 'green' });
        void navigate({ to: '/sources', search: {} });
      },
    });
  };
  return (
    <>
      <Anchor component={Link} to="/sources" size="sm">
        {editor.back}
      </Anchor>
      <PageHeader title={stored?.name ?? editor.newTitle} />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <form onSubmit={submit} noValidate>
            <Stack>
              <SettingFields form={form} stored={stored} error={save.error} disabled={!mayChange} onChange={setForm} />
              <Refusal error={save.error} stored={stored} />
              {mayChange && (
                <Group>
                  <Button type="submit" loading={save.isPending}>
                    {editor.save}
                  </Button>
                </Group>
              )}
            </Stack>
          </form>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {mayChange ? <TestPanel draft={draft} source={stored?.id} /> : <Text size="sm">{editor.readOnly}</Text>}
            {stored !== null && <Uses source={stored} />}
            {stored !== null && <RestoredSource source={stored} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

function Uses({ source }: { source: SourceDetailView }) {
  return (
    <section aria-label={editor.usedBy}>
      {source.warnings.map((warning) => (
        <WarningAlert key={warning} title={words.columns.tls}>
          {words.warnings[warning]}
        </WarningAlert>
      ))}
      <Text fw={550} mt="md">
        {editor.usedBy}
      </Text>
      {source.usedBy.length === 0 ? <Text size="sm">{editor.unused}</Text> : <JobLinks jobs={source.usedBy} />}
    </section>
  );
}

/** Fields say themselves what is wrong with them. */
function Refusal({ error, stored }: { error: unknown; stored: SourceDetailView | null }) {
  const client = useQueryClient();
  if (stored !== null && error instanceof ApiProblem && error.code === 'version.mismatch') {
    const reload = () => void client.invalidateQueries({ queryKey: ['sources', 'one', stored.id] });
    return (
      <WarningAlert title={editor.changed}>
        <Button size="xs" variant="default" onClick={reload}>
          {editor.reload}
        </Button>
      </WarningAlert>
    );
  }
  return <ProblemAlert error={error} shown={() => true} />;
}
