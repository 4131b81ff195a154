import { Group, Stack, Text, Tooltip } from '@mantine/core';
import type { RunStatus as Status, RunView } from '../../src/contract/run.ts';
import { byteSize, count } from '../format/numbers.ts';
import { duration } from '../format/time.ts';
import { strings } from '../strings.ts';

export const STATUS_COLOURS: Record<Status, string> = {
  scheduled: 'var(--mantine-color-gray-4)',
  queued: 'var(--mantine-color-gray-5)',
  running: 'var(--mantine-color-indigo-5)',
  succeeded: 'var(--mantine-color-green-6)',
  succeeded_no_data: 'var(--mantine-color-teal-4)',
  failed: 'var(--mantine-color-red-6)',
  cancelled: 'var(--mantine-color-yellow-6)',
  missed: 'var(--mantine-color-orange-6)',
  suppressed: 'var(--mantine-color-grape-4)',
  skipped: 'var(--mantine-color-gray-6)',
};

/** The status of a run: a progress bar while it runs, a word when it waits or has ended. */
export function RunStatus({ run }: { run: RunView }) {
  if (run.status === 'running') return <RunProgress run={run} />;
  return (
    <Group gap={8} wrap="nowrap" component="span" style={{ display: 'inline-flex' }}>
      <StatusDot status={run.status} />
      <span>{strings.status[run.status]}</span>
    </Group>
  );
}

/** The colour of a status, beside the word that says it. */
export function StatusDot({ status }: { status: Status }) {
  return <span className="udm-dot" style={{ background: STATUS_COLOURS[status] }} />;
}

/** Focusable, so that the keyboard reaches the tooltip with time left, rows, bytes and phase. */
function RunProgress({ run }: { run: RunView }) {
  const { percent } = run.progress;
  const lines = progressLines(run);
  const value = percent === null ? {} : { 'aria-valuenow': Math.floor(percent), 'aria-valuemin': 0, 'aria-valuemax': 100 };
  return (
    <Tooltip
      label={
        <Stack gap={2}>
          {lines.map((line) => (
            <Text key={line} size="sm">
              {line}
            </Text>
          ))}
        </Stack>
      }
      events={{ hover: true, focus: true, touch: true }}
      withArrow
    >
      <span
        role="progressbar"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach the tooltip
        tabIndex={0}
        className="udm-progress udm-focus"
        aria-label={strings.progress.label(run.jobTitle)}
        aria-valuetext={lines.join(', ')}
        {...value}
      >
        <Text component="span" size="sm">
          {run.cancelRequested ? strings.progress.cancelling : strings.status.running}
          {percent !== null && ` ${strings.progress.percent(percent)}`}
        </Text>
        <span className="udm-progress-track">
          <span
            className="udm-progress-fill"
            data-unknown={percent === null}
            style={percent === null ? undefined : { width: `${Math.min(100, Math.max(2, percent))}%` }}
          />
        </span>
      </span>
    </Tooltip>
  );
}

/** Phase, rows, bytes and time left in words. */
export function progressLines({ progress, attempt, cancelRequested }: RunView): string[] {
  const estimated = progress.rowsEstimated === null ? null : count(progress.rowsEstimated);
  return [
    cancelRequested ? strings.progress.cancelling : strings.phase[progress.phase],
    ...(attempt > 1 ? [strings.progress.attempt(attempt)] : []),
    strings.progress.rows(count(progress.rows), estimated),
    strings.progress.bytes(byteSize(progress.bytes), byteSize(progress.fileBytes)),
    timeLeftText(progress),
  ];
}

/** Always a range; where there is no ground for one, why. */
export function timeLeftText({ timeLeft, timeLeftUnknown }: RunView['progress']): string {
  const words = strings.progress;
  if (timeLeft === null) return words.unknown[timeLeftUnknown ?? 'too_early'];
  const { from, to, basis } = timeLeft;
  const range = from === 0 || from === to ? words.leftUpTo(duration(to)) : words.left(duration(from), duration(to));
  return basis === 'past_runs' ? `${range}, ${words.byPast}` : range;
}
