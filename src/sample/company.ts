/** Who else is in an interaction, and how addresses and numbers are spelled in it. */

import type { Person } from './people.ts';
import { Random } from './random.ts';
import type { SamplePlan } from './sample-plan.ts';

/** Numbers of their own, so that the other values of the sample do not depend on them. */
const COMPANY_STREAM = 0x68000000;
const STREAMS = 0x08000000;
const CHAT_RATE = 0.25;
const COPY_RATE = 0.08;
const OTHER_ADDRESS_RATE = 0.15;
const SHOUTED_RATE = 0.03;
const SPELLED_RATE = 0.06;

export class Company {
  readonly #random: Random;
  readonly #contacts: number;
  readonly #personOf: (index: number) => Person;

  /** `first`: number of the first interaction of this stretch. */
  constructor(plan: SamplePlan, first: number, personOf: (index: number) => Person) {
    this.#random = new Random(plan.seed, COMPANY_STREAM + (first % STREAMS));
    this.#contacts = plan.contacts;
    this.#personOf = personOf;
  }

  /** JSON of who writes the first, third, fifth message of a chat with so many: in a conversation of three, every second time another customer. */
  inChat(person: Person, messages: number): string[] {
    const other = this.#somebodyElse(person, CHAT_RATE);
    const isShared = other !== null && messages > 2;
    return Array.from({ length: Math.ceil(messages / 2) }, (_, index) => {
      const { firstName, contactId } = isShared && index % 2 === 1 ? other : person;
      return `{"nickname":"${firstName}","type":"Customer"${isShared ? `,"contactId":"${contactId}"` : ''}}`;
    });
  }

  /** JSON of who gets a copy: nobody, an address that is no customer's, another customer. */
  copies(person: Person, toStranger: boolean): string {
    const other = this.#somebodyElse(person, COPY_RATE);
    const addresses = [...(toStranger ? ['copy@example.com'] : []), ...(other ? [this.spelledAddress(other)] : [])];
    return `[${addresses.map((address) => `{"address":"${address}"}`).join(',')}]`;
  }

  /** One of all that the person has. */
  spelledAddress({ email, otherEmails }: Person): string {
    const isOther = otherEmails.length > 0 && this.#random.chance(OTHER_ADDRESS_RATE);
    const address = isOther ? this.#random.pick(otherEmails) : email;
    return this.#random.chance(SHOUTED_RATE) ? address.toUpperCase() : address;
  }

  spelledPhone({ phone }: Person): string {
    if (!this.#random.chance(SPELLED_RATE)) return phone;
    const [, area, exchange, line] = /^[+]1(...)(...)(....)$/.exec(phone) ?? [];
    return this.#random.chance(0.5) ? `+1 (${area}) ${exchange}-${line}` : `001 ${area} ${exchange}${line}`;
  }

  #somebodyElse(person: Person, rate: number): Person | null {
    if (!this.#random.chance(rate)) return null;
    const other = this.#personOf(this.#random.below(Math.max(1, this.#contacts)));
    return other.contactId === person.contactId ? null : other;
  }
}
