import { cellOf, NULL_CELL, timeCell } from './copy-value.ts';
import { NASTY_TEXTS } from './nasty.ts';
import { idOf, type Person, personAt } from './people.ts';
import { Random } from './random.ts';
import { DAY, type SamplePlan } from './sample-plan.ts';
import { storedAt } from './stored-at.ts';

const CONTACT_STREAM = 1;
const ATTRIBUTE_STREAM = 2;

/** Rows of ucsx.contact. */
export function* contactRows(plan: SamplePlan): Generator<string> {
  const random = new Random(plan.seed, CONTACT_STREAM);
  const stored = storedAt(plan, 'contact');
  for (let index = 0; index < plan.contacts; index += 1) {
    const person = personAt(plan.seed, index);
    const age = random.below(3 * 365 * DAY) + 2;
    const cells = [
      person.contactId,
      '101',
      random.chance(0.2) ? '2' : NULL_CELL,
      random.chance(0.3) ? random.pick(['Mr', 'Ms', 'Dr']) : NULL_CELL,
      random.chance(0.01) ? cellOf(random.pick(NASTY_TEXTS)) : person.firstName,
      person.lastName,
      random.chance(0.03) ? NULL_CELL : person.email,
      random.chance(0.1) ? NULL_CELL : person.phone,
      person.customerId,
      random.chance(0.2) ? `${person.lastName} & Sons` : NULL_CELL,
      random.chance(0.6) ? `A${1_000_000 + random.below(9_000_000)}` : NULL_CELL,
      person.segment,
      random.chance(0.02) ? 't' : 'f',
      random.chance(0.01) && index > 0 ? personAt(plan.seed, random.below(index)).contactId : NULL_CELL,
      timeCell(plan.endMicros - age),
    ];
    const modified = plan.endMicros - 1 - random.below(Math.min(age, 2 * plan.spanMicros) - 1);
    yield [...cells, timeCell(modified), stored(modified)].join('\t');
  }
}

/** Rows of ucsx.contact_attribute: a name may occur several times, exactly one of them primary. */
export function* attributeRows(plan: SamplePlan): Generator<string> {
  const random = new Random(plan.seed, ATTRIBUTE_STREAM);
  let id = 0;
  for (let index = 0; index < plan.contacts; index += 1) {
    const person = personAt(plan.seed, index);
    for (const attribute of attributesOf(person, plan, random)) {
      const { name, value, date, primary = true } = attribute;
      yield [
        idOf('0000Aa', id),
        person.contactId,
        name,
        value ?? NULL_CELL,
        date === undefined ? NULL_CELL : timeCell(date),
        primary ? 't' : 'f',
        random.chance(0.05) ? cellOf(random.pick(NASTY_TEXTS)) : NULL_CELL,
        NULL_CELL,
      ].join('\t');
      id += 1;
    }
  }
}

interface Attribute {
  readonly name: string;
  readonly value?: string;
  readonly date?: number;
  readonly primary?: boolean;
}

function attributesOf(person: Person, plan: SamplePlan, random: Random): Attribute[] {
  const found: Attribute[] = [
    { name: 'FirstName', value: person.firstName },
    { name: 'LastName', value: person.lastName },
    { name: 'EmailAddress', value: person.email },
    { name: 'PhoneNumber', value: person.phone },
  ];
  for (const value of person.otherEmails) found.push({ name: 'EmailAddress', value, primary: false });
  if (random.chance(0.3)) found.push({ name: 'PhoneNumber', value: `+4930${random.below(100_000_000)}`, primary: false });
  if (random.chance(0.2)) found.push({ name: 'LastContacted', date: plan.endMicros - 1 - random.below(plan.spanMicros) });
  return found;
}
