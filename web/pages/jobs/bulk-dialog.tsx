import { Alert, Anchor, Button, Group, List, Loader, Modal, Progress, Radio, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { BulkView } from '../../../src/contract/bulk.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { ApiProblem } from '../../api/client.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useOpensOnceThere } from '../../components/use-opens-once-there.ts';
import { count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { type BulkAct, useBulkAct, useBulkLook } from './use-bulk.ts';

const { bulk: words, resumeKinds } = strings.jobs;

interface Props {
  /** Null while the dialog is closed. */
  readonly asked: BulkAct | null;
  readonly onClose: () => void;
  /** When all of it was done. */
  readonly onDone: () => void;
}

/** Says what an act on many jobs will do and leave out, asks, shows how far it is, and tells what it did. */
export function BulkDialog({ asked, onClose, onDone }: Props) {
  const [busy, setBusy] = useState(false);
  const [title, setTitle] = useState('');
  const isOpen = useOpensOnceThere(asked !== null);
  return (
    <Modal
      opened={isOpen}
      onClose={() => !busy && onClose()}
      title={title}
      closeButtonProps={{ 'aria-label': strings.app.close, 'disabled': busy }}
      closeOnClickOutside={!busy}
      size="lg"
      centered
    >
      {asked !== null && <Body asked={asked} onClose={onClose} onDone={onDone} onBusy={setBusy} onTitle={setTitle} />}
    </Modal>
  );
}

interface BodyProps extends Omit<Props, 'asked'> {
  readonly asked: BulkAct;
  readonly onBusy: (busy: boolean) => void;
  readonly onTitle: (title: string) => void;
}

function Body({ asked, onClose, onDone, onBusy, onTitle }: BodyProps) {
  const look = useBulkLook();
  const { act, progress, stop } = useBulkAct();
  const [missed, setMissed] = useState<JobView['missedRuns'] | undefined>(undefined);
  const { mutate: lookAgain } = look;
  useEffect(() => lookAgain(asked), [lookAgain, asked]);
  useEffect(() => onBusy(act.isPending), [onBusy, act.isPending]);
  const seen = look.data?.view;
  useEffect(() => onTitle(seen ? words.title[asked.action](seen.total) : strings.app.loading), [onTitle, seen, asked.action]);
  const changed = act.error instanceof ApiProblem && act.error.code === 'selection.changed';
  useEffect(() => {
    if (changed) lookAgain(asked);
  }, [changed, lookAgain, asked]);
  if (look.error !== null) return <Refusal error={look.error} onClose={onClose} />;
  if (look.data === undefined || seen === undefined)
    return (
      <Group justify="center" py="lg" role="status" aria-label={words.looking}>
        <Loader />
      </Group>
    );
  if (act.isPending) return <Going view={progress} total={seen.total} onStop={stop} />;
  if (act.data !== undefined) return <Result view={act.data} onClose={onClose} />;
  const { key } = look.data;
  const confirm = () => act.mutate({ ...asked, fingerprint: seen.fingerprint, missed, key }, { onSuccess: (view) => view.left === 0 && onDone() });
  return (
    <Stack>
      {changed && <Alert color="yellow">{words.changed(seen.total)}</Alert>}
      <Text size="sm">{seen.done === 0 ? words.nothing : words.will[asked.action](seen.done)}</Text>
      <LeftOut view={seen} intro={words.leftOut} />
      {seen.suppressedRuns > 0 && <Missed count={seen.suppressedRuns} value={missed} onChange={setMissed} />}
      {!changed && <ProblemAlert error={act.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {seen.done === 0 ? strings.app.close : strings.app.cancel}
        </Button>
        {seen.done > 0 && (
          <Button onClick={confirm} loading={look.isPending} {...(asked.action === 'delete' ? { color: 'red.8' } : {})}>
            {words.confirm[asked.action]}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Refusal({ error, onClose }: { error: unknown; onClose: () => void }) {
  return (
    <Stack>
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {strings.app.close}
        </Button>
      </Group>
    </Stack>
  );
}

function Missed({
  count: runs,
  value,
  onChange,
}: {
  count: number;
  value: JobView['missedRuns'] | undefined;
  onChange: (value: JobView['missedRuns'] | undefined) => void;
}) {
  return (
    <Radio.Group
      label={words.suppressed(runs)}
      value={value ?? 'own'}
      onChange={(next) => onChange(next === 'own' ? undefined : (next as JobView['missedRuns']))}
    >
      <Stack gap={8} mt={8}>
        <Radio value="own" label={words.ownPolicy} />
        {Object.entries(resumeKinds).map(([kind, label]) => (
          <Radio key={kind} value={kind} label={label} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function Going({ view, total, onStop }: { view: BulkView | null; total: number; onStop: () => void }) {
  const [stopping, setStopping] = useState(false);
  const dealt = view === null ? 0 : view.total - view.left;
  const text = words.soFar(count(dealt), count(view?.total ?? total));
  return (
    <Stack gap="xs" py="sm">
      <Progress.Root size="lg">
        <Progress.Section value={total === 0 ? 0 : (dealt / total) * 100} aria-label={words.progress} aria-valuetext={text} />
      </Progress.Root>
      <Text size="sm" role="status">
        {text}
      </Text>
      <Text size="sm" c="dimmed">
        {words.stays}
      </Text>
      <Group justify="flex-end">
        <Button
          variant="default"
          loading={stopping}
          onClick={() => {
            setStopping(true);
            onStop();
          }}
        >
          {words.stop}
        </Button>
      </Group>
    </Stack>
  );
}

function Result({ view, onClose }: { view: BulkView; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm" role="status">
        {words.did[view.action](view.done)} {view.left > 0 && words.stopped(view.left)}
      </Text>
      <LeftOut view={view} intro={words.wereLeftOut} />
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {strings.app.close}
        </Button>
      </Group>
    </Stack>
  );
}

/** By reason: how many, why, and the first few by name. */
function LeftOut({ view, intro }: { view: BulkView; intro: (count: number) => string }) {
  const navigate = useNavigate();
  if (view.skipped.length === 0) return null;
  const all = view.skipped.reduce((sum, one) => sum + one.count, 0);
  return (
    <div>
      <Text size="sm" fw={600}>
        {intro(all)}
      </Text>
      <List size="sm" mt={4}>
        {view.skipped.map((one) => (
          <List.Item key={one.code}>
            {words.reason(one.count, strings.serverProblem[one.code]?.text ?? one.text)}
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {one.jobs.map((job) => job.title).join(', ')} {one.jobs.length > 0 && one.count > one.jobs.length && words.andMore(one.count - one.jobs.length)}
            </Text>
            {one.code === 'job.in_progress' && (
              <Anchor component="button" type="button" size="sm" onClick={() => void navigate({ to: '/history', search: { status: 'running,queued' } })}>
                {words.inProgressLink}
              </Anchor>
            )}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
