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

export interface Person {
  readonly contactId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  readonly customerId: string;
  readonly segment: string;
}

/** Person number `index`. */
export function personAt(seed: number, index: number): Person {
  const random = new Random(seed, PEOPLE_STREAM + index);
  const firstName = random.pick(FIRST);
  const lastName = random.pick(LAST);
  return {
    contactId: idOf('0000Ca', index),
    firstName,
    lastName,
    email: `${plain(firstName)}.${plain(lastName)}${index}@example.com`,
    phone: `+1555${String(random.below(10_000_000)).padStart(7, '0')}`,
    customerId: `C-${100_000 + index}`,
    segment: random.pick(SEGMENTS),
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
