import { NULL_CELL, timeCell } from './copy-value.ts';
import { idOf, type Person, personAt } from './people.ts';
import { Random } from './random.ts';
import { SECOND, type SamplePlan } from './sample-plan.ts';
import { Company } from './company.ts';
import { SampleText } from './sample-text.ts';
import { storedAt } from './stored-at.ts';

const INTERACTION_STREAM = 3;
/** One body of 1 MB in so many interactions. */
const HUGE_EVERY = 20_000;
const HUGE_AT = 777;
const EQUAL_TIMES_RATE = 0.01;
const PEOPLE_REMEMBERED = 50_000;

const EMAIL_IN = 0;
const EMAIL_OUT = 1;
const CHAT = 2;
const PHONE_CALL = 3;
const CALLBACK = 5;
const COBROWSE = 6;
const OPEN_MEDIA = 7;
/** Drawn from evenly, so twenty places are 5 % each. */
const ENTITY_TYPES = [
  ...Array<number>(5).fill(EMAIL_IN),
  ...Array<number>(4).fill(EMAIL_OUT),
  ...Array<number>(4).fill(CHAT),
  ...Array<number>(4).fill(PHONE_CALL),
  CALLBACK,
  COBROWSE,
  OPEN_MEDIA,
];
const SUBTYPES = [
  ['InboundNew', 'InboundCustomerReply'],
  ['OutboundReply', 'OutboundAcknowledgement', 'OutboundNew'],
  ['InboundNew'],
  ['InboundNew', 'OutboundNew'],
  [],
  ['InboundNew'],
  ['InboundNew'],
  ['InboundNew', 'InternalCollaborationInvite'],
];
const MEDIA = [['email'], ['email'], ['chat'], ['voice'], [], ['callback', 'webcallback'], ['cobrowsing'], ['sms', 'facebook', 'twitter', 'workitem']];
const QUEUES = ['Sales', 'Support', 'Billing', 'Claims', 'Retention', 'Back office'].map((queue) => `${queue} – level 1`);
const NO_EMAIL = Array<string>(8).fill(NULL_CELL);
const NO_CHAT = Array<string>(2).fill(NULL_CELL);
const NO_PHONE = Array<string>(4).fill(NULL_CELL);
const NO_CALLBACK = Array<string>(6).fill(NULL_CELL);
const NO_OPEN_MEDIA = Array<string>(2).fill(NULL_CELL);

/** An interaction as far as other tables point at it. */
export interface InteractionKey {
  readonly id: string;
  readonly isEmail: boolean;
}

interface Draft {
  /** Interactions before it do not exist, so none is answered. */
  readonly first: number;
  readonly random: Random;
  readonly text: SampleText;
  readonly person: Person;
  readonly company: Company;
  readonly entityType: number;
  readonly start: number;
  readonly end: number | null;
}

/** Id of interaction number `index`; ids rise with time, as the product's do. */
export function interactionId(index: number): string {
  return idOf('0000Ia', index);
}

/** Rows of ucsx.interaction in order of time; `onRow` hears of each. */
export function* interactionRows(plan: SamplePlan, onRow: (key: InteractionKey) => void): Generator<string> {
  const random = new Random(plan.seed, INTERACTION_STREAM);
  const make = interactionMaker(plan, random, 0);
  const starts = startTimes(plan, random);
  for (let index = 0; index < plan.interactions; index += 1) {
    const { key, row } = make(index, starts.next().value as number);
    onRow(key);
    yield row;
  }
}

/** Makes row number `index` that starts at `start` (microseconds), as it stands at the plan's end; `first` is the first number there is. */
export function interactionMaker(plan: SamplePlan, random: Random, first: number): (index: number, start: number) => { key: InteractionKey; row: string } {
  const text = new SampleText(random);
  const stored = storedAt(plan, 'interaction');
  const personOf = rememberedPeople(plan);
  const company = new Company(plan, first, personOf);
  return (index, start) => {
    const entityType = random.pick(ENTITY_TYPES);
    // Squared: a few people write often, most write seldom.
    const person = personOf(Math.floor(random.fraction() ** 2 * plan.contacts));
    const length = random.below(entityType <= EMAIL_OUT ? 172_800 * SECOND : 1_800 * SECOND) + SECOND;
    const end = start + length < plan.endMicros ? start + length : null;
    const draft: Draft = { first, random, text, person, company, entityType, start, end };
    return {
      key: { id: interactionId(index), isEmail: entityType <= EMAIL_OUT },
      row: [...head(draft, index), ...content(draft, index), ...extras(draft), stored(start)].join('\t'),
    };
  };
}

function rememberedPeople(plan: SamplePlan): (number: number) => Person {
  const people = new Map<number, Person>();
  return (number) => {
    const known = people.get(number);
    if (known) return known;
    const person = personAt(plan.seed, number);
    if (people.size < PEOPLE_REMEMBERED) people.set(number, person);
    return person;
  };
}

/** Rising, to the microsecond, now and then a run of equal ones. */
function* startTimes(plan: SamplePlan, random: Random): Generator<number> {
  const slot = plan.spanMicros / plan.interactions;
  const begin = plan.endMicros - plan.spanMicros;
  let time = begin;
  let repeat = 0;
  for (let index = 0; ; index += 1) {
    if (repeat > 0) repeat -= 1;
    else time = begin + Math.floor((index + random.fraction()) * slot);
    if (repeat === 0 && random.chance(EQUAL_TIMES_RATE)) repeat = 1 + random.below(8);
    yield time;
  }
}

function head({ first, random, person, entityType, start, end }: Draft, index: number): string[] {
  const before = index - first;
  const earlier = before > 0 && entityType <= EMAIL_OUT && random.chance(0.3) ? interactionId(index - 1 - random.below(Math.min(before, 50))) : NULL_CELL;
  const subtype = random.pick(SUBTYPES[entityType] ?? []);
  return [
    interactionId(index),
    end === null ? '2' : '3',
    String(entityType),
    random.pick(MEDIA[entityType] ?? []),
    subtype.startsWith('Out') ? 'Outbound' : subtype.startsWith('Internal') ? 'Internal' : 'Inbound',
    subtype,
    random.chance(0.4) ? `EXT-${random.below(1e9)}` : NULL_CELL,
    String(100 + random.below(400)),
    random.chance(0.02) ? NULL_CELL : person.contactId,
    earlier,
    earlier === NULL_CELL ? interactionId(index) : earlier,
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0'),
    entityType <= EMAIL_OUT ? 't' : 'f',
    timeCell(start),
    timeCell(end ?? start),
    end === null ? NULL_CELL : timeCell(end),
    String(60 * (random.below(24) - 11)),
    random.chance(0.5) ? `CAT-${random.below(40)}` : NULL_CELL,
  ];
}

function content(draft: Draft, index: number): string[] {
  const { random, text, entityType } = draft;
  const huge = index % HUGE_EVERY === HUGE_AT;
  const spoken = entityType === PHONE_CALL || entityType === CALLBACK || entityType === COBROWSE;
  const body = huge ? text.hugeBody() : spoken ? NULL_CELL : text.body(3 + random.below(5), random.chance(0.3) ? '\\n' : ' ');
  const [structured, mimetype] = structuredText(draft);
  return [
    random.chance(0.03) ? NULL_CELL : text.subject(),
    body,
    structured,
    mimetype,
    spoken || random.chance(0.3) ? text.body(1 + random.below(4)) : NULL_CELL,
    '101',
    random.chance(0.2) ? '2' : NULL_CELL,
    String(200 + random.below(5)),
    random.pick(QUEUES),
    userData(draft),
    entityType === EMAIL_IN ? (random.chance(0.03) ? 't' : 'f') : NULL_CELL,
    entityType <= EMAIL_OUT ? random.pick(['Safe', 'Unchecked']) : NULL_CELL,
  ];
}

function structuredText({ random, text, entityType, person, company, start }: Draft): [string, string] {
  if (entityType <= EMAIL_OUT && random.chance(0.6)) {
    return [`<html><body lang="en"><p>${text.body(1 + random.below(3), '</p>\\n<p>')}</p></body></html>`, 'text/html'];
  }
  if (entityType !== CHAT) return [NULL_CELL, NULL_CELL];
  const count = 2 + random.below(4);
  const customers = company.inChat(person, count);
  const messages = Array.from({ length: count }, (_, index) => {
    const from = index % 2 === 0 ? (customers[index / 2] ?? '') : '{"nickname":"Agent","type":"Agent"}';
    return `{"index":${index},"from":${from},"timestamp":"${timeCell(start + index * 20 * SECOND)}","text":${text.jsonString()}}`;
  });
  return [`[${messages.join(',')}]`, 'application/json'];
}

/** Attached user data as the typed list of the product. */
function userData({ random, text, person, entityType }: Draft): string {
  if (random.chance(0.02)) return NULL_CELL;
  const items = [
    `{"key":"CustomerSegment","type":"str","value":"${person.segment}"}`,
    `{"key":"CaseNumber","type":"int","value":${random.below(1e9)}}`,
    `{"key":"Reason","type":"str","value":${text.jsonString()}}`,
    `{"key":"RoutingScore","type":"int","value":${random.below(100)}}`,
  ];
  if (random.chance(0.6)) {
    const code = random.pick(['Solved', 'Call back', 'Escalated', 'Wrong number']);
    items.push(
      `{"key":"IWAttachedDataInformation","type":"kvlist","value":[{"key":"DispositionCode.Key","type":"str","value":"${entityType}-${random.below(9)}"},{"key":"DispositionCode.Label","type":"str","value":"${code}"}]}`,
    );
  }
  return `[${items.join(',')}]`;
}

function extras(draft: Draft): string[] {
  const { entityType } = draft;
  return [
    ...(entityType <= EMAIL_OUT ? emailExtras(draft) : NO_EMAIL),
    ...(entityType === CHAT ? chatExtras(draft) : NO_CHAT),
    ...(entityType === PHONE_CALL ? phoneExtras(draft) : NO_PHONE),
    ...(entityType === CALLBACK ? callbackExtras(draft) : NO_CALLBACK),
    ...(entityType === OPEN_MEDIA ? [`REF-${draft.random.below(1e6)}`, draft.end === null ? NULL_CELL : 'Normal'] : NO_OPEN_MEDIA),
  ];
}

function emailExtras({ random, person, company, entityType, start }: Draft): string[] {
  const mailbox = 'support@contact-centre.example';
  const address = company.spelledAddress(person);
  const [from, to] = entityType === EMAIL_IN ? [address, mailbox] : [mailbox, address];
  const personal = entityType === EMAIL_IN ? `${person.firstName} ${person.lastName}` : 'Support';
  return [
    from,
    random.chance(0.1) ? NULL_CELL : personal,
    `[{"address":"${to}"}]`,
    company.copies(person, random.chance(0.1)),
    random.chance(0.5) ? from : NULL_CELL,
    timeCell(start - random.below(60 * SECOND)),
    mailbox,
    random.pick(['en', 'de', 'fr', 'es']),
  ];
}

function chatExtras({ random, start, end }: Draft): string[] {
  return [timeCell(start + random.below(30 * SECOND)), end === null ? NULL_CELL : timeCell(end)];
}

function phoneExtras({ random, person, company, start, end }: Draft): string[] {
  const seconds = end === null ? NULL_CELL : String(Math.floor((end - start) / SECOND));
  return [
    company.spelledPhone(person),
    seconds,
    random.pick(['Answered', 'Abandoned', 'Transferred']),
    `0${random
      .below(2 ** 48)
      .toString(16)
      .padStart(15, '0')}`,
  ];
}

function callbackExtras({ random, person, company, start, end }: Draft): string[] {
  const status = end === null ? 'Scheduled' : random.pick(['Completed', 'Cancelled']);
  return [
    company.spelledPhone(person),
    status,
    end === null ? NULL_CELL : random.pick(['Answered', 'Busy', 'NoAnswer']),
    String(random.below(4)),
    timeCell(start + 600 * SECOND),
    timeCell(start + 4_200 * SECOND),
  ];
}
