import type { DataRequestView } from '../../../src/contract/data-request.ts';
import { dayName } from './day-name.ts';
import { words } from './words.ts';

type Deadline = Pick<DataRequestView, 'deadlineOn' | 'daysLeft' | 'isOverdue'> & Partial<Pick<DataRequestView, 'isExtended' | 'endedAt'>>;

/** From here on somebody should hurry. */
const NEAR_DAYS = 10;

/** The last day and how far it is, in words, colour and shape; of what has ended the day alone. */
export function DeadlineChip({ of }: { of: Deadline }) {
  const tone = toneOf(of);
  return (
    <span className="udm-deadline" data-tone={tone}>
      {tone !== 'ended' && (
        <span className="udm-deadline-chip">
          <Mark tone={tone} />
          {daysInWords(of.daysLeft)}
        </span>
      )}
      <span className="udm-deadline-day">
        {dayName(of.deadlineOn)}
        {of.isExtended === true && ` (${words.deadline.extended})`}
      </span>
    </span>
  );
}

function daysInWords(daysLeft: number): string {
  if (daysLeft === 0) return words.deadline.today;
  return daysLeft > 0 ? words.deadline.left(daysLeft) : words.deadline.overdue(-daysLeft);
}

function toneOf({ daysLeft, isOverdue, endedAt }: Deadline): 'ended' | 'overdue' | 'near' | 'far' {
  if (endedAt !== undefined && endedAt !== null) return 'ended';
  if (isOverdue) return 'overdue';
  return daysLeft <= NEAR_DAYS ? 'near' : 'far';
}

function Mark({ tone }: { tone: 'overdue' | 'near' | 'far' }) {
  const shapes = {
    overdue: <path d="M8 1.8 15 14H1ZM8 6.3v3.5m0 2v.2" />,
    near: <path d="M8 4v4.5l2.5 1.5M8 1.8a6.2 6.2 0 1 0 .01 0Z" />,
    far: <path d="m3.5 8.5 3 3 6-7" />,
  };
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[tone]}
    </svg>
  );
}
