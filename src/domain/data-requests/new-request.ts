import { ProblemList, propertiesOf, refuseOtherProperties } from '../problem-list.ts';
import { characterCount, hasControlCharacters } from '../text-checks.ts';
import { FIRST_RECEIPT, localDate, whyNotReceivedOn } from './deadline.ts';
import { type CheckedIdentifier, checkIdentifiers, type SentIdentifier } from './identifier-checks.ts';
import { IDENTIFIER_TYPES, type IdentifierType, normalOf } from './identifiers.ts';
import { namesIn } from './names-in-text.ts';
import { KINDS, type RequestKind } from './states.ts';

/** What is asked, as it was sent by form, by API or in a file of many, and what is wrong with it. */

export interface Correction {
  readonly field: string;
  /** Only where this value stands; null: whatever stands there. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface SentCorrection {
  readonly field: string;
  readonly from?: string | null | undefined;
  readonly to: string | null;
}

export interface NewRequest {
  readonly caseId: string;
  /** In the order in which they are answered. */
  readonly kinds: readonly RequestKind[];
  readonly receivedOn: string;
  readonly identifiers: readonly CheckedIdentifier[];
  readonly identityNote: string | null;
  readonly corrections: readonly Correction[];
  readonly confirmDuplicate: boolean;
}

export interface SentRequest {
  readonly caseId: string;
  readonly kinds: readonly string[];
  readonly receivedOn?: string | undefined;
  readonly identifiers: readonly SentIdentifier[];
  readonly identityNote?: string | undefined;
  readonly corrections?: readonly SentCorrection[] | undefined;
  readonly confirmDuplicate?: boolean | undefined;
}

/** What the rules need to know of the tenant and the time. */
export interface Surroundings {
  readonly timeZone: string;
  /** ISO 3166: of phone numbers without a country. */
  readonly region: string | null;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Fields that the catalogs of the tenant let be corrected, and how their values are compared; null: there is no catalog yet that says. */
  readonly correctable: ReadonlyMap<string, IdentifierType | null> | null;
}

export const LONGEST_NOTE = 1_000;
const MOST_CONSUMERS = 10_000;
const MOST_CORRECTIONS = 50;
/** Access before what changes what would be shown, erasure last. */
const ORDER: readonly RequestKind[] = ['access', 'rectification', 'erasure'];

/** Error: `request.invalid` with all problems. */
export function parseNewRequest(sent: SentRequest, surroundings: Surroundings): NewRequest {
  const problems = new ProblemList();
  const request = readRequest(sent, surroundings, '', problems);
  problems.refuse();
  return request;
}

function readRequest(
  sent: SentRequest,
  { timeZone, region, now, correctable }: Surroundings,
  prefix: string,
  problems: ProblemList,
  placeOf?: (index: number) => string,
): NewRequest {
  const receivedOn = sent.receivedOn ?? localDate(now, timeZone);
  const wrongDate = whyNotReceivedOn(receivedOn, timeZone, now);
  if (wrongDate) problems.add(wrongDate, `${prefix}receivedOn`, receivedOn, `${FIRST_RECEIPT} to ${localDate(now, timeZone)}`);
  // Not repeated: somebody may have written a name there.
  if (!isCaseId(sent.caseId)) problems.add('gdpr.case_id', `${prefix}caseId`);
  const kinds = readKinds(sent.kinds, `${prefix}kinds`, problems);
  const identifiers = checkIdentifiers(sent.identifiers, region, `${prefix}identifiers`, problems, placeOf);
  // It stays in clear when nothing else of the person does.
  if (isCaseId(sent.caseId) && namesIn(identifiers)(sent.caseId)) problems.add('gdpr.case_id', `${prefix}caseId`);
  return {
    caseId: sent.caseId,
    kinds,
    receivedOn,
    identifiers,
    identityNote: sent.identityNote === undefined || sent.identityNote === '' ? null : readNote(sent.identityNote, `${prefix}identityNote`, problems),
    corrections: readCorrections(sent.corrections ?? [], kinds, { region, correctable }, `${prefix}corrections`, problems),
    confirmDuplicate: sent.confirmDuplicate === true,
  };
}

function isCaseId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/#-]{0,99}$/.test(text);
}

function readKinds(sent: readonly string[], field: string, problems: ProblemList): readonly RequestKind[] {
  if (sent.length === 0) problems.add('gdpr.kind', field, undefined, KINDS);
  for (const [index, kind] of sent.entries())
    if (!(KINDS as readonly string[]).includes(kind) || sent.indexOf(kind) !== index) problems.add('gdpr.kind', `${field}[${index}]`, kind, KINDS);
  return ORDER.filter((kind) => sent.includes(kind));
}

/** A text that an officer writes: not empty, not long, nothing that cannot be shown. */
export function readNote(sent: string, field: string, problems: ProblemList): string {
  const text = sent.normalize('NFC').trim();
  if (text === '' || characterCount(text) > LONGEST_NOTE || hasControlCharacters(text, '\n\t'))
    problems.add('gdpr.note', field, undefined, `1 to ${LONGEST_NOTE} characters`);
  return text;
}

/** One note alone. Error: `request.invalid`. */
export function parseNote(sent: string, field: string): string {
  const problems = new ProblemList();
  const text = readNote(sent, field, problems);
  problems.refuse();
  return text;
}

type Correctable = Pick<Surroundings, 'region' | 'correctable'>;

function readCorrections(
  sent: readonly SentCorrection[],
  kinds: readonly RequestKind[],
  correctable: Correctable,
  field: string,
  problems: ProblemList,
): readonly Correction[] {
  const wanted = kinds.includes('rectification');
  if (sent.length > MOST_CORRECTIONS || (wanted ? sent.length === 0 : sent.length > 0))
    problems.add('gdpr.correction', field, sent.length, wanted ? `1 to ${MOST_CORRECTIONS}` : 'none: only a rectification has them');
  const seen = new Set<string>();
  const read = sent.slice(0, MOST_CORRECTIONS).map((one) => ({ field: one.field, from: one.from ?? null, to: one.to }));
  for (const [index, one] of read.entries()) {
    const texts = [one.field, one.from ?? '', one.to ?? ''];
    const place = JSON.stringify([one.field, one.from]);
    const isGood = one.field !== '' && !seen.has(place) && texts.every((text) => characterCount(text) <= LONGEST_NOTE && !hasControlCharacters(text, '\n\t'));
    if (!isGood) problems.add('gdpr.correction', `${field}[${index}]`);
    seen.add(place);
  }
  for (const [index, one] of read.entries()) {
    const why = whyNotCorrect(one, read, correctable);
    if (why) problems.add('gdpr.correction', `${field}[${index}].${why.at}`, undefined, why.range);
  }
  return read;
}

/** One of the catalogs names the field, the value is one of its kind, and doing it twice does nothing the second time. */
function whyNotCorrect(
  one: Correction,
  all: readonly Correction[],
  { region, correctable }: Correctable,
): { readonly at: string; readonly range: unknown } | null {
  const type = correctable?.get(one.field) ?? null;
  if (correctable && !correctable.has(one.field)) return { at: 'field', range: [...correctable.keys()].sort() };
  const form = (text: string) => (type === null ? text : (normalOf(type, text, region) ?? text));
  if (type !== null && one.to !== null && normalOf(type, one.to, region) === null) return { at: 'to', range: type };
  const others = all.filter((other) => other !== one && other.field === one.field);
  const isChained = others.some(({ from }) => from === null || (one.to !== null && form(from) === form(one.to)));
  return isChained ? { at: 'to', range: 'each field once, or for several old values each with a new one that is none of them' } : null;
}

const FILE = ['caseId', 'kinds', 'receivedOn', 'identityNote', 'consumers'] as const;
const CONSUMER = ['caseId', 'kinds', 'receivedOn', 'identityNote', 'corrections', 'confirmDuplicate', ...IDENTIFIER_TYPES] as const;

/**
 * The people of a file of many (docs/formats/data-requests.md). All or nothing: one entry that is not right refuses the file, and what is wrong is told
 * of all entries at once. Error: `request.invalid`.
 */
export function parseRequestFile(value: unknown, surroundings: Surroundings): NewRequest[] {
  const problems = new ProblemList();
  const file = propertiesOf(value);
  if (!file) {
    problems.add('field.type', 'file', value, 'an object');
    problems.refuse();
    return [];
  }
  refuseOtherProperties(file, '', FILE, [], problems);
  const consumers = file.get('consumers');
  const list = Array.isArray(consumers) ? (consumers as unknown[]) : [];
  if (!Array.isArray(consumers)) problems.add(consumers === undefined ? 'field.required' : 'field.type', 'consumers', undefined, 'a list');
  else if (list.length === 0 || list.length > MOST_CONSUMERS) problems.add('gdpr.count', 'consumers', list.length, `1 to ${MOST_CONSUMERS}`);
  if (list.length > MOST_CONSUMERS) problems.refuse();
  const requests = list.flatMap((one, index) => readConsumer(one, file, surroundings, `consumers[${index}].`, problems) ?? []);
  if (list.length === 0) readFileHead(file, problems);
  problems.refuse();
  return requests;
}

/** Also of a file without people it is told what else is wrong. */
function readFileHead(file: ReadonlyMap<string, unknown>, problems: ProblemList): void {
  const caseId = file.get('caseId');
  if (typeof caseId !== 'string' || !isCaseId(caseId)) problems.add('gdpr.case_id', 'caseId');
}

function readConsumer(
  value: unknown,
  file: ReadonlyMap<string, unknown>,
  surroundings: Surroundings,
  prefix: string,
  problems: ProblemList,
): NewRequest | null {
  const consumer = propertiesOf(value);
  if (!consumer) {
    problems.add('field.type', prefix.slice(0, -1), undefined, 'an object');
    return null;
  }
  refuseUnknown(consumer, prefix, problems);
  const before = problems.items.length;
  const pick = (name: string) => consumer.get(name) ?? file.get(name);
  const text = (name: string) => typed<string>(pick(name), 'string', `${prefix}${name}`, problems);
  const caseId = text('caseId');
  const kinds = textList(pick('kinds'), `${prefix}kinds`, problems);
  const placed = IDENTIFIER_TYPES.flatMap((type) =>
    (textList(consumer.get(type), `${prefix}${type}`, problems) ?? []).map((one, index) => ({ type, value: one, place: `${prefix}${type}[${index}]` })),
  );
  const sent = {
    caseId: caseId ?? '',
    kinds: kinds ?? [],
    receivedOn: text('receivedOn'),
    identityNote: text('identityNote'),
    identifiers: placed.map(({ type, value }) => ({ type, value })),
    corrections: corrections(consumer.get('corrections'), `${prefix}corrections`, problems),
    confirmDuplicate: typed<boolean>(consumer.get('confirmDuplicate'), 'boolean', `${prefix}confirmDuplicate`, problems),
  };
  return problems.items.length > before ? null : readRequest(sent, surroundings, prefix, problems, (index) => placed[index]?.place ?? prefix);
}

/** A name that is no property may be a type of identifier nobody knows; it is not repeated if it looks like a value. */
function refuseUnknown(consumer: ReadonlyMap<string, unknown>, prefix: string, problems: ProblemList): void {
  for (const name of consumer.keys()) {
    if ((CONSUMER as readonly string[]).includes(name)) continue;
    problems.add('gdpr.identifier_type', /^[A-Za-z_-]{1,40}$/.test(name) ? prefix + name : prefix.slice(0, -1), undefined, CONSUMER);
  }
}

function typed<T>(value: unknown, type: 'string' | 'boolean', field: string, problems: ProblemList): T | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== type) problems.add('field.type', field, undefined, type);
  return value as T;
}

/** One text stands for a list of one. */
function textList(value: unknown, field: string, problems: ProblemList): string[] | undefined {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, one] of list.entries())
    if (typeof one !== 'string') problems.add('field.type', Array.isArray(value) ? `${field}[${index}]` : field, undefined, 'string, or a list of strings');
  return list.filter((one) => typeof one === 'string');
}

function corrections(value: unknown, field: string, problems: ProblemList): SentCorrection[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.add('field.type', field, undefined, 'a list');
    return [];
  }
  const isText = (one: unknown) => one === null || typeof one === 'string';
  return value.flatMap((one: unknown, index) => {
    const { field: name, from = null, to, ...others } = (propertiesOf(one) ? one : {}) as Record<string, unknown>;
    if (typeof name === 'string' && isText(from) && isText(to) && Object.keys(others).length === 0) return [{ field: name, from, to } as SentCorrection];
    problems.add('field.type', `${field}[${index}]`, undefined, '{ "field": text, "from": text, "to": text or null }');
    return [];
  });
}
