import { Alert, Button, Group, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useSession } from '../api/queries.ts';
import { describeProblem } from '../components/problem-alert.tsx';
import { byteSize } from '../format/numbers.ts';
import { duration } from '../format/time.ts';
import { strings } from '../strings.ts';
import { type DownloadEntry, isBusy, useDownloads } from './list.ts';
import { CutDownload, DamagedDownload } from './transfer.ts';
import './downloads-tray.css';

const words = strings.downloads;

/** Who is signed in, as the owner of downloads. */
export function ownerOf({ tenant, user }: { tenant: string; user: string }): string {
  return `${tenant}\\${user}`;
}

/** The downloads of this page, at its foot on every page of the app; what another person began is stopped. */
export function DownloadsTray() {
  const owner = ownerOf(useSession());
  const all = useDownloads();
  const entries = all.filter((entry) => entry.owner === owner);
  const [open, setOpen] = useState(true);
  useEffect(() => {
    for (const entry of all) if (entry.owner !== owner) entry.dismiss();
  }, [all, owner]);
  useLeaveGuard(entries.some(isBusy));
  if (entries.length === 0) return null;
  const going = entries.filter(isBusy).length;
  return (
    <section className="udm-tray" aria-label={words.title}>
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} size="sm">
          {words.heading(entries.length, going)}
        </Text>
        <Group gap="xs" wrap="nowrap">
          {going < entries.length && (
            <Button size="compact-xs" variant="subtle" onClick={() => entries.filter((entry) => !isBusy(entry)).forEach((entry) => void entry.dismiss())}>
              {words.clear}
            </Button>
          )}
          <Button size="compact-xs" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? words.fold : words.unfold}
          </Button>
        </Group>
      </Group>
      <Announcement entries={entries} />
      {open && (
        <ul className="udm-tray-list">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Beginnings and ends are read out, the numbers between are not. */
function Announcement({ entries }: { entries: readonly DownloadEntry[] }) {
  return (
    <div className="udm-tray-quiet" role="status">
      {entries.map((entry) => `${entry.name}: ${entry.stalled ? words.stalledShort : words.state[entry.state]}.`).join(' ')}
    </div>
  );
}

function Entry({ entry }: { entry: DownloadEntry }) {
  const { name, received, total, state } = entry;
  const percent = total === null || total === 0 ? null : Math.floor((received / total) * 100);
  return (
    <li className="udm-tray-entry">
      <div className="udm-tray-line">
        <span className="udm-code">{name}</span>
        <Buttons entry={entry} />
      </div>
      {state !== 'done' && (
        <div
          className="udm-tray-track"
          role="progressbar"
          aria-label={words.progressOf(name)}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(percent === null ? {} : { 'aria-valuenow': percent })}
        >
          <div className="udm-tray-fill" data-state={state} style={{ width: `${percent ?? 0}%` }} />
        </div>
      )}
      <Text size="sm" c="dimmed" component="p" m={0}>
        {factsOf(entry)}
        {entry.note !== null && ` · ${entry.note}`}
      </Text>
      <Notice entry={entry} />
    </li>
  );
}

function factsOf({ state, received, total, speed, secondsLeft, checked }: DownloadEntry): string {
  if (state === 'done') return checked ? words.whole(byteSize(received)) : words.saved(byteSize(received));
  const amount = total === null ? byteSize(received) : words.amount(byteSize(received), byteSize(total));
  const parts = [words.state[state], amount];
  if (state === 'receiving' && speed !== null) parts.push(words.speed(byteSize(speed)));
  if (state === 'receiving' && secondsLeft !== null) parts.push(words.left(duration(secondsLeft)));
  return parts.join(' · ');
}

function Notice({ entry }: { entry: DownloadEntry }) {
  if (entry.stalled && entry.resumable) {
    return (
      <Alert color="yellow" variant="light" p="xs" mt={4}>
        <Group justify="space-between" gap="xs">
          <Text size="sm">{words.stalled}</Text>
          <Button size="compact-sm" variant="default" onClick={entry.resume}>
            {words.reconnect}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (entry.state !== 'failed') return null;
  return (
    <Alert color="red" variant="light" p="xs" mt={4}>
      <Text size="sm">{reasonOf(entry.error)}</Text>
    </Alert>
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof DamagedDownload) return words.damaged;
  if (error instanceof CutDownload) return words.cut;
  if (error instanceof DOMException) return words.disk;
  return describeProblem(error);
}

function Buttons({ entry }: { entry: DownloadEntry }) {
  const { name, state, resumable } = entry;
  const again = resumable && (state === 'paused' || state === 'waiting' || state === 'failed');
  return (
    <Group gap={6} wrap="nowrap">
      {resumable && (state === 'receiving' || state === 'waiting') && (
        <Button size="compact-sm" variant="default" aria-label={words.pauseOf(name)} onClick={entry.pause}>
          {words.pause}
        </Button>
      )}
      {again && (
        <Button size="compact-sm" aria-label={state === 'waiting' ? words.reconnectOf(name) : words.resumeOf(name)} onClick={entry.resume}>
          {state === 'waiting' ? words.reconnect : words.resume}
        </Button>
      )}
      {isBusy(entry) ? (
        <Button size="compact-sm" variant="subtle" aria-label={words.cancelOf(name)} onClick={entry.cancel}>
          {strings.app.cancel}
        </Button>
      ) : (
        <Button size="compact-sm" variant="subtle" aria-label={words.dismissOf(name)} onClick={entry.dismiss}>
          {words.dismiss}
        </Button>
      )}
    </Group>
  );
}

/** The browser asks before the page goes: what has not arrived would be lost. */
function useLeaveGuard(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}
