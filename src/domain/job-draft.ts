import { CodedError } from '../errors.ts';
import { type DateRange, parseDateRange } from './date-range.ts';
import { ProblemList, type Properties, propertiesOf, refuseOtherProperties } from './problem-list.ts';
import { characterCount, hasControlCharacters } from './text-checks.ts';

const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 2000;
const PROPERTIES = ['title', 'description', 'source', 'type', 'entityTypes', 'run', 'range', 'recipients'] as const;
const READ_ONLY = ['id', 'tenantId', 'status', 'state', 'createdBy', 'createdAt', 'owner', 'version', 'lastRun'] as const;
const ONLY_RUN: JobRun = { kind: 'once', start: 'immediately' };

/** When a job runs. Only "once, immediately" exists so far. */
export interface JobRun {
  readonly kind: 'once';
  readonly start: 'immediately';
}

/** What a user says of a job, checked and normalised. */
export interface JobDraft {
  readonly title: string;
  readonly description?: string;
  readonly source: string;
  readonly type: string;
  readonly entityTypes: 'all' | string[];
  readonly run: JobRun;
  readonly range: DateRange;
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

/** What the world looks like to the author of the draft: only what their tenant and rights let them see. */
export interface JobFacts {
  readonly now: Date;
  readonly sources: readonly { readonly name: string; readonly types: readonly JobTypeFacts[] }[];
  readonly certificateIds: readonly string[];
}

/**
 * Reads the draft of a job (reliability.md section 4, cases 1-9, 20-23, 26-28). Title and description come back trimmed, line
 * breaks as \n, timestamps as UTC; an empty description is left out.
 * Error: `request.invalid` with all problems at once, in the order of the form.
 */
export function parseJobDraft(input: unknown, facts: JobFacts): JobDraft {
  const properties = propertiesOf(input);
  if (!properties) throw new CodedError('request.invalid', { problems: [{ code: 'field.type', field: '', range: 'object' }] });
  const problems = new ProblemList();
  const title = parseTitle(properties.get('title'), problems);
  const description = parseDescription(properties.get('description'), problems);
  const { source, type } = parseSource(properties, facts, problems);
  const entityTypes = parseEntityTypes(properties.get('entityTypes'), type, problems);
  checkRun(properties.get('run'), problems);
  const range = parseDateRange(properties.get('range'), type?.hasTime ?? true, facts.now, problems);
  const recipients = parseRecipients(properties.get('recipients'), facts.certificateIds, problems);
  refuseOtherProperties(properties, '', PROPERTIES, READ_ONLY, problems);
  problems.refuse();
  return { title, ...(description && { description }), source, type: type?.type ?? '', entityTypes, run: ONLY_RUN, range, recipients };
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

/** Anything beside the one way of running is refused as a whole: a date next to "immediately" contradicts it (case 20). */
function checkRun(sent: unknown, problems: ProblemList): void {
  const properties = propertiesOf(sent);
  if (!properties) problems.add('run.invalid', 'run', sent ?? undefined, ONLY_RUN);
  else if (properties.get('kind') !== ONLY_RUN.kind) problems.add('run.invalid', 'run.kind', properties.get('kind'), ONLY_RUN);
  else if (properties.get('start') !== ONLY_RUN.start) problems.add('run.invalid', 'run.start', properties.get('start'), ONLY_RUN);
  else if (properties.size > 2) problems.add('run.invalid', 'run', [...properties.keys()].join(', '), ONLY_RUN);
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
