import { Anchor, Stack, Text, Tooltip } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { JobView } from '../../../src/contract/job.ts';
import type { RunView } from '../../../src/contract/run.ts';
import { plainFix } from '../../components/problem-alert.tsx';
import { duration, fullTimeIn } from '../../format/time.ts';
import { useShownZone } from '../../shown-zone.ts';
import { strings } from '../../strings.ts';

const { jobs: words } = strings;

/** Where the fix is: the form of the job, or the run that it is about. */
const IN_THE_FORM: ReadonlySet<JobView['freshnessReason']['code']> = new Set(['certificate_expired', 'certificate_expires']);
/** What the word alone says already. */
const SAID: ReadonlySet<JobView['freshnessReason']['code']> = new Set(['as_planned', 'suspended']);

/** How the job stands against its schedule, why, and one click to the fix. The mark differs in shape as well as in colour. */
export function Freshness({ job }: { job: JobView }) {
  const { freshness, freshnessReason: reason } = job;
  return (
    <Tooltip label={<Explanation job={job} />} multiline maw={360} events={{ hover: true, focus: true, touch: true }} withArrow>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach the explanation */}
      <span className="udm-fresh udm-focus" tabIndex={0} data-state={freshness}>
        <span className="udm-fresh-word">
          <Mark state={freshness} />
          {words.freshness[freshness]}
        </span>
        {!SAID.has(reason.code) && <FixLink job={job} />}
        {job.lastRun?.place && <span className="udm-fresh-why">{placeWords(job.lastRun.place)}</span>}
      </span>
    </Tooltip>
  );
}

/** Where in the queue the run is that waits, and how long that may take. */
function placeWords({ ahead, secondsFrom, secondsTo }: NonNullable<RunView['place']>): string {
  const { place: words } = strings.history;
  const place = ahead === 0 ? words.next : words.ahead(ahead);
  return secondsFrom === null || secondsTo === null ? place : `${place}, ${words.about(duration(secondsFrom), duration(secondsTo))}`;
}

function Explanation({ job: { freshnessReason: reason, lastRun } }: { job: JobView }) {
  const timeZone = useShownZone();
  const cause = reason.cause !== null && lastRun?.id === reason.run ? lastRun.error : null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {words.reason[reason.code]}
        {reason.at !== null && `: ${fullTimeIn(timeZone, reason.at)}`}
      </Text>
      {cause && <Text size="sm">{strings.serverProblem[cause.code]?.text ?? cause.text}</Text>}
      <Text size="sm">{cause && reason.code === 'failed' ? plainFix(cause.code, cause.fix) : words.step[reason.code]}</Text>
    </Stack>
  );
}

function FixLink({ job: { id, title, freshness, freshnessReason: reason } }: { job: JobView }) {
  const navigate = useNavigate();
  const text = words.reason[reason.code];
  const act = freshness === 'action_required' || freshness === 'late';
  const go = IN_THE_FORM.has(reason.code)
    ? () => void navigate({ to: '/jobs/$id/edit', params: { id } })
    : reason.run === null
      ? null
      : () => void navigate({ to: '/history', search: { job: id, show: reason.run ?? undefined } });
  if (!act || go === null) return <span className="udm-fresh-why">{text}</span>;
  const what = IN_THE_FORM.has(reason.code) ? words.fixEdit : words.fixHistory;
  return (
    <Anchor component="button" type="button" className="udm-fresh-why" aria-label={`${text}. ${words.fixOf(title, what)}`} onClick={go}>
      {text}
    </Anchor>
  );
}

function Mark({ state }: { state: JobView['freshness'] }) {
  const shapes = {
    on_time: <path d="m3.5 8.5 3 3 6-7" />,
    catching_up: <path d="M3 4.5 7 8l-4 3.5M8.5 4.5l4 3.5-4 3.5" />,
    late: <path d="M8 4v4.5l2.5 1.5M8 1.8a6.2 6.2 0 1 0 .01 0Z" />,
    action_required: <path d="M8 1.8 15 14H1ZM8 6.3v3.5m0 2v.2" />,
    idle: <path d="M3.5 8h9" />,
  } satisfies Record<JobView['freshness'], unknown>;
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[state]}
    </svg>
  );
}
