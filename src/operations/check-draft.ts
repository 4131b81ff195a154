import { dataFromOf } from '../domain/chain.ts';
import { type JobDraft, type JobFacts, parseJobDraft, parseJobTime } from '../domain/job-draft.ts';
import { previewRuns } from '../domain/job-preview.ts';
import { nextRunOf, startsImmediately } from '../domain/job-run.ts';
import { wordsIn } from '../domain/language.ts';
import { type Actor, may } from '../domain/permission.ts';
import { type NoteWords, previewNotes } from '../domain/preview-notes.ts';
import { CodedError, type Problem, refuseProblems } from '../errors.ts';
import { type CertificateRecord, holdCertificates, listCertificates } from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import type { Tx } from '../records/database.ts';
import { readTenant } from '../records/tenants.ts';
import { holdSource, listSources, type SourceRecord } from '../records/sources.ts';
import type { JobRecord, JobSettings } from '../records/jobs.ts';
import type { Services } from './services.ts';

export interface CheckedDraft {
  readonly draft: JobDraft;
  readonly sourceId: string;
  readonly now: Date;
  /** What its author should know; refuses nothing. */
  readonly notes: { code: string; text: string }[];
}

/**
 * Reads a draft as its author may see the world. `editing` is the job it changes, if it does.
 * Errors: `request.invalid` with all problems, `certificate.none`.
 */
export async function checkDraft(services: Services, tx: Tx, actor: Actor, input: unknown, editing?: JobRecord): Promise<CheckedDraft> {
  const { source, recipients, ...checked } = await readDraft(services, tx, actor, input, editing);
  if (recipients.every((one) => one.notAfter <= one.readAt)) throw new CodedError('certificate.none');
  return { ...checked, sourceId: source.id };
}

export interface ReadDraft extends Omit<CheckedDraft, 'sourceId'> {
  readonly source: SourceRecord;
  readonly recipients: readonly CertificateRecord[];
}

/** The same with what the draft names, whether its certificates are valid or not. Error: `request.invalid` with all problems. */
export async function readDraft(services: Services, tx: Tx, actor: Actor, input: unknown, editing?: JobRecord): Promise<ReadDraft> {
  const permission = editing ? 'jobs.change' : 'jobs.create';
  const sources = (await listSources(tx, actor.tenantId)).filter((one) => may(actor, permission, one.catalog));
  const certificates = await listCertificates(tx, actor.tenantId);
  const { timeZone } = await readTenant(tx, actor.tenantId);
  const now = new Date(await databaseNow(tx));
  const facts = {
    now,
    timeZone,
    sources: sources.map((one) => ({ name: one.name, types: services.connectors.describe(one.catalog) })),
    certificateIds: certificates.map((one) => one.id),
    ...(editing && { editing: { run: editing.run, range: editing.dateRange } }),
  };
  const draft = parseJobDraft(input, facts);
  const recipients = certificates.filter((one) => draft.recipients.includes(one.id));
  const source = sources.find((one) => one.name === draft.source);
  // It may have been deleted since it was listed.
  if (!source || !(await holdSource(tx, actor.tenantId, source.id))) throw new CodedError('source.unknown');
  // So may they.
  const held = await holdCertificates(tx, actor.tenantId, draft.recipients);
  refuseProblems(
    'request.invalid',
    draft.recipients.flatMap((id, index): Problem[] => (held.includes(id) ? [] : [{ code: 'recipients.unknown', field: `recipients[${index}]`, value: id }])),
  );
  return { draft, source, recipients, now, notes: notesOf(input, draft, facts, wordsIn(actor.language)) };
}

/** What the reply says of an accepted draft: months that are skipped, times that a clock change moves, a zone by its name of today (cases 14, 16, 17). */
function notesOf(input: unknown, draft: JobDraft, facts: JobFacts, words: NoteWords): CheckedDraft['notes'] {
  const { run, timeZone, range } = draft;
  const { askedTimeZone, moments } = parseJobTime(input, { ...facts, hasTime: true });
  const now = facts.now.getTime();
  // An hourly job has no month to skip and no single time to move; a year of it would be looked through for nothing.
  const isPlain = run.kind === 'hourly' && (moments.start?.moved ?? 'none') === 'none';
  const chain = range.kind === 'since_previous' ? { edge: dataFromOf(draft), settleSeconds: 0 } : null;
  const planned = previewRuns({ run, timeZone, range, chain, after: now, count: 1 });
  const renamed = askedTimeZone === null ? [] : [{ code: 'time_zone.renamed', text: words.zoneRenamed(askedTimeZone, timeZone) }];
  return isPlain ? renamed : [...renamed, ...previewNotes({ run, timeZone, range, now, planned, start: moments.start }, words).map((one) => ({ ...one }))];
}

/** A draft as its job is stored, planned up to `plannedUntil`. */
export function settingsOf({ draft, sourceId }: CheckedDraft, plannedUntil: Date): JobSettings {
  const next = nextRunOf(draft.run, draft.timeZone, plannedUntil.getTime());
  return {
    title: draft.title,
    description: draft.description ?? '',
    sourceId,
    type: draft.type,
    entityTypes: draft.entityTypes === 'all' ? null : draft.entityTypes,
    run: draft.run,
    timeZone: draft.timeZone,
    dateRange: draft.range,
    missedRuns: draft.missedRuns,
    splitMegabytes: draft.splitMegabytes,
    compression: draft.compression,
    format: draft.format,
    csvFormulas: draft.csvFormulas,
    recipients: draft.recipients,
    submitted: startsImmediately(draft.run),
    plannedUntil,
    nextRunAt: next && new Date(next.instant),
  };
}
