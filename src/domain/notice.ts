import { ERRORS, type ErrorCode } from '../errors.ts';

/** Mails to users: which kinds there are, when they are due, and what becomes of one that cannot be sent. */

export const NOTICE_KINDS = [
  'certificate_ends',
  'certificate_ended',
  'run_failed',
  'run_recovered',
  'recipients_changed',
  'request_deadline',
  'request_overdue',
] as const;
/** What guards an account, or the log of what was done, is told whatever its reader, or somebody with their session, chose. */
export const UNDECLINABLE_NOTICES = ['address_changed', 'second_factor_reset', 'audit_broken'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number] | (typeof UNDECLINABLE_NOTICES)[number];

/** What a text names. Titles and labels are what users of UDM typed; nothing is of a customer. */
export interface NoticeFacts {
  readonly tenant: string;
  /** Label of the certificate, title of the job, name of the user, number of the record, or case of the data request. */
  readonly title: string;
  /** An instant that matters, ISO 8601: the end of the certificate, the time of the run, of the change. */
  readonly at?: string;
  /** What a run failed of, or is wrong with the log. */
  readonly code?: string;
  readonly days?: number;
  /** Who did it. */
  readonly by?: string;
  /** Whether one's own certificate was added or removed. */
  readonly change?: 'added' | 'removed';
}

/** What a run failed of and what to do, in words. */
export function causeText(code: string): string {
  return code in ERRORS ? `${ERRORS[code as ErrorCode].text} ${ERRORS[code as ErrorCode].fix}` : code;
}

const DAY_MS = 24 * 3_600_000;
/** Days before the end of a certificate at which its owner is warned. */
const WARNINGS = [1, 7, 30] as const;

/** What there is to say of the end of a certificate now; null: nothing. Each occasion is told once. */
export function certificateNotice(notAfter: Date, now: Date): { readonly kind: NoticeKind; readonly occasion: string; readonly days: number } | null {
  const left = notAfter.getTime() - now.getTime();
  // An end of long ago is told nobody: the certificate was known to have ended, or UDM learns of it too late.
  if (left < 0) return left > -30 * DAY_MS ? { kind: 'certificate_ended', occasion: 'ended', days: 0 } : null;
  const warning = WARNINGS.find((days) => left <= days * DAY_MS);
  return warning === undefined ? null : { kind: 'certificate_ends', occasion: `${warning} days`, days: Math.ceil(left / DAY_MS) };
}

/** Days before the end of a deadline at which those who handle data requests are told. */
const DEADLINE_WARNINGS = [1, 5, 10] as const;

/**
 * What there is to say of the deadline of an open data request now; null: nothing. Each occasion is told once, and anew when the deadline was extended.
 * `daysLeft` is of the calendar: 0 on the last day, negative after it.
 */
export function deadlineNotice(deadlineOn: string, daysLeft: number): { readonly kind: NoticeKind; readonly occasion: string; readonly days: number } | null {
  // An end of long ago is told nobody anew: it was told when it came, or the request came in later than that.
  if (daysLeft < 0) return daysLeft > -30 ? { kind: 'request_overdue', occasion: `${deadlineOn} over`, days: -daysLeft } : null;
  const warning = DEADLINE_WARNINGS.find((days) => daysLeft <= days);
  return warning === undefined ? null : { kind: 'request_deadline', occasion: `${deadlineOn} ${warning} days`, days: daysLeft };
}

const FIRST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 2 * 3_600;
const GIVE_UP_SECONDS = 24 * 3_600;

/** Seconds until a mail that could not be sent is tried again, each time twice as long; null: a day has passed, it is given up. */
export function noticeWaitSeconds(tries: number, ageSeconds: number): number | null {
  if (ageSeconds >= GIVE_UP_SECONDS) return null;
  return Math.min(FIRST_WAIT_SECONDS * 2 ** Math.max(0, tries - 1), LONGEST_WAIT_SECONDS);
}

/** What is told of a run that ended: a failure when the one told before is not one, a recovery after a failure. */
export function runNotice(before: NoticeKind | null, outcome: 'failed' | 'succeeded'): NoticeKind | null {
  if (outcome === 'failed') return before === 'run_failed' ? null : 'run_failed';
  return before === 'run_failed' ? 'run_recovered' : null;
}

/** Whether a refusal of a mail server is final: another try would end the same. */
export function isFinal(code: ErrorCode): boolean {
  return code === 'mail.refused';
}
