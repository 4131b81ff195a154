import type { Identifier } from '../../src/domain/data-requests/identifiers.ts';
import { identifiersOf, type IdentifierColumn, type PeopleTable, type Row } from '../../src/domain/data-requests/people-rules.ts';
import type { Services } from '../../src/operations/services.ts';
import type { FoundRow, PeopleVerbs, PersonRow } from '../../src/sources/people.ts';
import type { Source } from '../../src/sources/source.ts';

/** A source that lies in memory: people and their letters, for tests of what is done with what a source answers. */

const column = (name: string, type: Identifier['type'], role: IdentifierColumn['role']): IdentifierColumn => ({
  column: name,
  type,
  role,
  when: null,
  list: null,
  personal: [],
  beside: [],
});
const table = (name: string, subject: boolean, identifiers: readonly IdentifierColumn[], erase: PeopleTable['erase'] = 'delete'): PeopleTable => ({
  name,
  subject,
  identifiers,
  messages: null,
  house: null,
  children: [],
  erase,
  ownerFields: erase === 'delete' ? {} : { Contact: null },
  ground: erase === 'delete' ? null : 'Art. 17(3)(b)',
  rectify: [],
  kinds: {},
});

const TABLES = [
  table('call', false, [column('Phone', 'phone', 'owner')]),
  table('letter', false, [column('Contact', 'contact_id', 'owner'), column('Copy', 'email', 'participant')]),
  table('order', false, [column('Contact', 'contact_id', 'owner')], 'anonymise'),
  table('person', true, [column('Id', 'contact_id', 'owner'), column('Email', 'email', 'alias'), column('Phone', 'phone', 'alias')]),
] as const;

export type World = Record<'person' | 'letter' | 'order' | 'call', Row[]>;

/** What is asked of the source; a test may make it slow or broken. */
export interface Asked {
  /** Called before each answer. */
  before: () => Promise<void>;
  readonly questions: string[];
}

export function peopleInMemory(world: World, asked: Asked): PeopleVerbs {
  const keyOf = (row: Row) => row['Id'] as string;
  return {
    tables: TABLES,
    mayChange: false,
    async *find({ wanted, region, subjectsOnly = false }) {
      asked.questions.push(subjectsOnly ? 'people' : 'all');
      await asked.before();
      const keys = new Set(wanted.map(({ type, normal }) => `${type} ${normal}`));
      for (const one of TABLES.filter(({ subject }) => subject || !subjectsOnly)) {
        const found = world[one.name as keyof World].flatMap((row): FoundRow[] => {
          const identifiers = identifiersOf(one, row, region);
          if (!identifiers.some(({ type, normal }) => keys.has(`${type} ${normal}`))) return [];
          return [{ table: one.name, type: null, entityType: null, key: keyOf(row), identifiers }];
        });
        if (found.length > 0) yield found;
      }
    },
    async *identifiers() {
      yield [];
    },
    async *read(wanted) {
      await asked.before();
      for (const { table: name, keys } of wanted)
        for (const row of world[name as keyof World].filter((one) => keys.includes(keyOf(one)))) {
          const fields = Object.keys(row).map((one) => [one, one] as const);
          yield [{ table: name, type: null, entityType: null, key: keyOf(row), parent: null, row, line: JSON.stringify(row), fields } satisfies PersonRow];
        }
    },
    change: () => Promise.reject(new Error('Nothing is changed here.')),
  };
}

/** Services whose sources all have these people. */
export function withPeople(services: Services, people: PeopleVerbs): Services {
  return { ...services, connectors: { ...services.connectors, open: () => ({ people }) as unknown as Source } };
}
