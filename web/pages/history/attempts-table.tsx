import { Text } from '@mantine/core';
import type { AttemptView } from '../../../src/contract/run-details.ts';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { byteSize, count } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { causeText } from './run-cause.tsx';

const { attempts: words } = strings.history;

/** The attempts of a run, each with its phases drawn to scale. */
export function AttemptsTable({ attempts, label }: { attempts: readonly AttemptView[]; label: string }) {
  if (attempts.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.none}
      </Text>
    );
  return (
    // The roles stay when a narrow screen makes blocks of the rows.
    <table className="udm-attempts udm-attempts-stack" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {[words.number, words.because, words.started, words.took, words.outcome, words.phases].map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {attempts.map((one) => (
          <AttemptRow key={one.attempt} one={one} />
        ))}
      </tbody>
    </table>
  );
}

function AttemptRow({ one }: { one: AttemptView }) {
  return (
    <tr role="row">
      <td role="cell" data-label={words.number} title={one.worker === null ? undefined : `${words.worker} ${one.worker}`}>
        {one.attempt}
      </td>
      <td role="cell" data-label={words.because}>
        {words.cause[one.cause]}
      </td>
      <td role="cell" data-label={words.started}>
        <TimeStamp at={one.startedAt} precision="second" />
      </td>
      <td role="cell" data-label={words.took}>
        {one.finishedAt === null ? strings.app.notAvailable : duration((Date.parse(one.finishedAt) - Date.parse(one.startedAt)) / 1000)}
      </td>
      <td role="cell" data-label={words.outcome}>
        {outcomeText(one)}
        {one.rows !== null && one.rows > 0 && (
          <Text component="span" size="xs" c="dimmed" display="block">
            {strings.progress.rows(count(one.rows), null)}, {byteSize(one.fileBytes ?? 0)}
          </Text>
        )}
        {one.error !== null && (
          <Text component="span" size="xs" c="dimmed" display="block">
            {causeText(one.error)}
          </Text>
        )}
      </td>
      <td role="cell" data-label={words.phases}>
        <Phases phases={one.phases} />
      </td>
    </tr>
  );
}

function outcomeText({ outcome }: AttemptView): string {
  if (outcome === null) return words.going;
  return outcome === 'crashed' ? words.crashed : strings.status[outcome];
}

/** Lengths to scale, and the same in words. */
function Phases({ phases }: { phases: AttemptView['phases'] }) {
  const whole = phases.reduce((sum, one) => sum + one.milliseconds, 0);
  if (phases.length === 0) return <>{strings.app.notAvailable}</>;
  const placed = phases.map((one, place) => ({ ...one, since: phases.slice(0, place).reduce((sum, before) => sum + before.milliseconds, 0) }));
  return (
    <>
      <span className="udm-phases" aria-hidden="true">
        {placed.map((one) => (
          <span key={`${one.phase} ${one.since}`} data-phase={one.phase} style={{ flexGrow: Math.max(one.milliseconds, whole / 50, 1) }} />
        ))}
      </span>
      <Text component="span" size="xs" c="dimmed" display="block">
        {phases.map((one) => `${strings.phase[one.phase]} ${phaseTime(one.milliseconds)}`).join(' · ')}
      </Text>
    </>
  );
}

function phaseTime(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : duration(milliseconds / 1000);
}
