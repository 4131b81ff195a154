/** The people of the sample: person n is the same in every table, whoever asks. */

import { Random } from './random.ts';

const FIRST = 'Anna Ben Carla Dmitri Elena Farid Grace Hiro Ines Jamal Kira Liam Mei Noah Olga Pablo Qiu Rosa Sven Tara Umar Vera Wout Xenia Yusuf Zoë'.split(
  ' ',
);
const LAST =
  "Adams Bauer Costa Dubois Eriksen Fischer García Haddad Ivanov Jansen Kowalski Lopez Meyer Nguyen O'Brien Petrov Quinn Rossi Schmidt Tanaka Ueda Varga Weber Xu Yılmaz Zhang".split(
    ' ',
  );
const SEGMENTS = ['Bronze', 'Silver', 'Gold', 'Platinum'];
const PEOPLE_STREAM = 0x10000000;
const HOUSEHOLD_STREAM = 0x70000000;
/** Neighbours in number may live together; then they have one phone. */
const HOUSEHOLD = 3;
const HOUSEHOLD_RATE = 0.08;

export interface Person {
  readonly contactId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** None, one or two more. */
  readonly otherEmails: readonly string[];
  readonly phone: string;
  readonly customerId: string;
  readonly segment: string;
}

/** Person number `index`. Two or three neighbours may have the phone of the first of them. */
export function personAt(seed: number, index: number): Person {
  const person = aloneAt(seed, index);
  const place = index % HOUSEHOLD;
  if (place === 0) return person;
  const household = new Random(seed, HOUSEHOLD_STREAM + Math.floor(index / HOUSEHOLD));
  const size = household.chance(HOUSEHOLD_RATE) ? 2 + household.below(2) : 1;
  return place < size ? { ...person, phone: aloneAt(seed, index - place).phone } : person;
}

function aloneAt(seed: number, index: number): Person {
  const random = new Random(seed, PEOPLE_STREAM + index);
  const firstName = random.pick(FIRST);
  const lastName = random.pick(LAST);
  const email = `${plain(firstName)}.${plain(lastName)}${index}@example.com`;
  const phone = `+1555${String(random.below(10_000_000)).padStart(7, '0')}`;
  const segment = random.pick(SEGMENTS);
  return {
    contactId: idOf('0000Ca', index),
    firstName,
    lastName,
    email,
    otherEmails: Array.from({ length: random.below(3) }, (_, other) => `work${other + 1}.${email}`),
    phone,
    customerId: `C-${100_000 + index}`,
    segment,
  };
}

/** An id of 16 characters, as the product makes them. */
export function idOf(prefix: string, index: number): string {
  return (
    prefix +
    index
      .toString(36)
      .toUpperCase()
      .padStart(16 - prefix.length, '0')
  );
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
