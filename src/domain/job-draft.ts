import { CodedError } from '../errors.ts';
import { type DateRange, parseDateRange } from './date-range.ts';
import { FILE_PROPERTIES, type FileSettings, parseFileSettings } from './file-settings.ts';
import { type JobRun, MISSED_RUNS, type MissedRuns } from './job-run.ts';
import type { Moment } from './moment.ts';
import { ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import { parseRun } from './run-draft.ts';
import { characterCount, hasControlCharacters } from './text-checks.ts';
import { canonicalTimeZone, nearestTimeZones } from './time-zone.ts';

const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 2000;
/** What says when a job runs and over which data, in the order of the form. */
const TIME_PROPERTIES = ['timeZone', 'run', 'range', 'missedRuns'] as const;
const PROPERTIES = ['title', 'description', 'source', 'type', 'entityTypes', ...TIME_PROPERTIES, ...FILE_PROPERTIES, 'recipients'] as const;
const READ_ONLY = [
  'id',
  'tenantId',
  'status',
  'state',
  'createdBy',
  'createdAt',
  'owner',
  'version',
  'lastRun',
  'may',
  'sentence',
  'nextRunAt',
  'exportedUpTo',
  'suppressedRuns',
] as const;

/** What a user says of a job, checked and normalised. */
export interface JobDraft extends FileSettings {
  readonly title: string;
  readonly description?: string;
  readonly source: string;
  readonly type: string;
  readonly entityTypes: 'all' | string[];
  /** Canonical IANA name. */
  readonly timeZone: string;
  readonly run: JobRun;
  readonly range: DateRange;
  readonly missedRuns: MissedRuns;
  /** Ids of certificates, lower case. */
  readonly recipients: string[];
}

/** A type of a source as far as a draft needs it. */
export interface JobTypeFacts {
  readonly type: string;
  readonly entityTypes: readonly string[];
  /** Whether rows have a time, without which no date range can be told apart. */
  readonly hasTime: boolean;
}

/** What every reading of the time of a job needs to know. */
interface TimeFacts {
  readonly now: Date;
  /** The tenant's, for a job that names none. */
  readonly timeZone: string;
  /** The stored settings, when a job is edited: moments that have not changed may lie in the past. */
  readonly editing?: { readonly run: JobRun; readonly range: DateRange };
}

/** What the world looks like to the author of the draft: only what their tenant and rights let them see. */
export interface JobFacts extends TimeFacts {
  readonly sources: readonly { readonly name: string; readonly types: readonly JobTypeFacts[] }[];
  readonly certificateIds: readonly string[];
}

/** The same for the time of a job alone. */
export interface JobTimeFacts extends TimeFacts {
  /** Whether the rows of its type have a time; true as long as no type is chosen. */
  readonly hasTime: boolean;
}

/** When a job runs and over which data, as read. */
export interface JobTime {
  readonly timeZone: string;
  /** The name that was sent, when it is another name of `timeZone`. */
  readonly askedTimeZone: string | null;
  readonly run: JobRun;
  readonly range: DateRange;
  readonly missedRuns: MissedRuns;
  /** What became of the moments that were sent; `start` is also the date of a job that runs once, null when it starts immediately. */
  readonly moments: { readonly start: Moment | null; readonly end: Moment | null; readonly dataFrom: Moment | null };
}

/**
 * Reads the draft of a job (reliability.md section 4, cases 1-28). Title and description come back trimmed, line breaks as \n,
 * moments as UTC, the zone by its canonical name; an empty description is left out.
 * Error: `request.invalid` with all problems at once, in the order of the form.
 */
export function parseJobDraft(input: unknown, facts: JobFacts): JobDraft {
  const properties = objectOf(input);
  const problems = new ProblemList();
  const title = parseTitle(properties.get('title'), problems);
  const description = parseDescription(properties.get('description'), problems);
  const { source, type } = parseSource(properties, facts, problems);
  const entityTypes = parseEntityTypes(properties.get('entityTypes'), type, problems);
  const { timeZone, run, range, missedRuns } = readTime(properties, { ...facts, hasTime: type?.hasTime ?? true }, problems);
  const file = parseFileSettings(properties, problems);
  const recipients = parseRecipients(properties.get('recipients'), facts.certificateIds, problems);
  refuseOtherProperties(properties, '', PROPERTIES, READ_ONLY, problems);
  problems.refuse();
  return {
    title,
    ...(description && { description }),
    source,
    type: type?.type ?? '',
    entityTypes,
    timeZone,
    run,
    range,
    missedRuns,
    ...file,
    recipients,
  };
}

/**
 * Reads only the time of a job out of a form that may be unfinished, for a preview (cases 10-24, 26).
 * @param others names of properties that the caller reads itself; any further one is refused. Without it they are let be.
 * Error: `request.invalid` with all problems at once, in the order of the form.
 */
export function parseJobTime(input: unknown, facts: JobTimeFacts, others?: readonly string[]): JobTime {
  const properties = objectOf(input);
  const problems = new ProblemList();
  const time = readTime(properties, facts, problems);
  if (others) refuseOtherProperties(properties, '', [...TIME_PROPERTIES, ...others], READ_ONLY, problems);
  problems.refuse();
  return time;
}

function objectOf(input: unknown): Properties {
  const properties = propertiesOf(input);
  if (!properties) throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: '', range: 'object' }] });
  return properties;
}

function readTime(properties: Properties, facts: JobTimeFacts, problems: ProblemList): JobTime {
  const { now, hasTime, editing } = facts;
  const sentZone = properties.get('timeZone');
  const timeZone = parseTimeZone(sentZone, facts.timeZone, problems);
  const { run, repeats, start, end } = parseRun(properties.get('run'), { now, timeZone, editing: editing?.run }, problems);
  const { range, dataFrom } = parseDateRange(properties.get('range'), { now, timeZone, hasTime, repeats, start, editing: editing?.range }, problems);
  const missedRuns = parseMissedRuns(properties.get('missedRuns'), problems);
  const isOtherName = typeof sentZone === 'string' && sentZone.toLowerCase() !== timeZone?.toLowerCase();
  return { timeZone: timeZone ?? '', askedTimeZone: isOtherName ? sentZone : null, run, range, missedRuns, moments: { start, end, dataFrom } };
}

/** Cases 15 and 16. */
function parseTimeZone(sent: unknown, tenantZone: string, problems: ProblemList): string | null {
  if (isMissing(sent)) return canonicalTimeZone(tenantZone) ?? tenantZone;
  const timeZone = typeof sent === 'string' ? canonicalTimeZone(sent) : null;
  if (typeof sent !== 'string') problems.add('field.type', 'timeZone', sent, 'string');
  else if (!timeZone) problems.add('time_zone.unknown', 'timeZone', sent, nearestTimeZones(sent));
  return timeZone;
}

function parseMissedRuns(sent: unknown, problems: ProblemList): MissedRuns {
  const policy = isMissing(sent) ? 'latest' : MISSED_RUNS.find((one) => one === sent);
  if (!policy) problems.add('missed_runs.invalid', 'missedRuns', sent, MISSED_RUNS);
  return policy ?? 'latest';
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function parseTitle(sent: unknown, problems: ProblemList): string {
  const range = { min: 1, max: LONGEST_TITLE };
  if (isMissing(sent)) problems.add('title.required', 'title', undefined, range);
  else if (typeof sent !== 'string') problems.add('field.type', 'title', sent, 'string');
  // Before trimming, which would take line breaks at the ends away.
  else if (hasControlCharacters(sent)) problems.add('title.control_characters', 'title', sent);
  else {
    const title = sent.trim();
    if (title === '') problems.add('title.required', 'title', sent, range);
    else if (characterCount(title) > LONGEST_TITLE) problems.add('title.too_long', 'title', sent, range);
    return title;
  }
  return '';
}

function parseDescription(sent: unknown, problems: ProblemList): string {
  if (isMissing(sent)) return '';
  if (typeof sent !== 'string') {
    problems.add('field.type', 'description', sent, 'string');
    return '';
  }
  const description = sent.replaceAll('\r\n', '\n').trim();
  // A tab can be shown and comes with pasted tables.
  if (hasControlCharacters(description, '\n\t')) problems.add('description.control_characters', 'description', sent);
  if (characterCount(description) > LONGEST_DESCRIPTION) problems.add('description.too_long', 'description', sent, { max: LONGEST_DESCRIPTION });
  return description;
}

function parseSource(properties: Properties, facts: JobFacts, problems: ProblemList): { source: string; type?: JobTypeFacts | undefined } {
  const [name, typeName] = [properties.get('source'), properties.get('type')];
  const source = facts.sources.find((one) => one.name === name);
  // One answer for unknown, disabled and foreign sources: the difference is nobody's business.
  if (isMissing(name) || typeof name === 'string') {
    if (!source)
      problems.add(
        isMissing(name) ? 'field.required' : 'source.unknown',
        'source',
        name ?? undefined,
        facts.sources.map((one) => one.name),
      );
  } else problems.add('field.type', 'source', name, 'string');
  const type = source?.types.find((one) => one.type === typeName);
  const range = source?.types.map((one) => one.type);
  if (isMissing(typeName)) problems.add('field.required', 'type', undefined, range);
  else if (typeof typeName !== 'string') problems.add('field.type', 'type', typeName, 'string');
  else if (source && !type) problems.add('type.not_supported', 'type', typeName, range);
  return { source: source?.name ?? '', type };
}

/** Without a known type only the shape of the list can be judged. */
function parseEntityTypes(sent: unknown, type: JobTypeFacts | undefined, problems: ProblemList): 'all' | string[] {
  const known = type?.entityTypes;
  if (sent === 'all') return 'all';
  if (isMissing(sent) || (Array.isArray(sent) && sent.length === 0)) problems.add('entity_types.empty', 'entityTypes', sent ?? undefined, known);
  else if (!Array.isArray(sent)) problems.add('field.type', 'entityTypes', sent, ['all', 'list of names']);
  else return parseNames(sent, known, problems);
  return 'all';
}

function parseNames(sent: readonly unknown[], known: readonly string[] | undefined, problems: ProblemList): string[] {
  const names = new Set<string>();
  for (const [index, name] of sent.entries()) {
    const isGood = typeof name === 'string' && !names.has(name) && (!known || known.includes(name));
    if (isGood) names.add(name);
    else problems.add('entity_types.unknown', `entityTypes[${index}]`, name, known);
  }
  return [...names];
}

function parseRecipients(sent: unknown, certificateIds: readonly string[], problems: ProblemList): string[] {
  const recipients = new Set<string>();
  if (isMissing(sent) || (Array.isArray(sent) && sent.length === 0)) problems.add('recipients.required', 'recipients', sent ?? undefined);
  else if (!Array.isArray(sent)) problems.add('field.type', 'recipients', sent, 'list of certificate ids');
  else {
    const known = new Set(certificateIds.map((id) => id.toLowerCase()));
    for (const [index, id] of sent.entries()) {
      const wanted = typeof id === 'string' ? id.toLowerCase() : '';
      if (known.has(wanted) && !recipients.has(wanted)) recipients.add(wanted);
      else problems.add('recipients.unknown', `recipients[${index}]`, id);
    }
  }
  return [...recipients];
}
