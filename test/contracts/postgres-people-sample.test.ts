import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NormalIdentifier, normalOf } from '../../src/domain/data-requests/identifiers.ts';
import { lineWith } from '../../src/domain/data-requests/masked-line.ts';
import { holderIn, PersonSearch } from '../../src/domain/data-requests/person-graph.ts';
import { erasureOf, type Knowledge, viewOf } from '../../src/domain/data-requests/row-verdict.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { Random } from '../../src/sample/random.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import type { FoundRow, PeopleVerbs } from '../../src/sources/people.ts';
import { dumpCentre } from '../support/dump-centre.ts';
import { type CentreRows, interactionsOf, ofOthersIn, peopleOf, rowsWithout, type TextRow } from '../support/erasure-oracle.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { all } from './people-contract.ts';

/** Erasure and access by the built-in catalogs, on the sample, against a reckoning that shares no code with them. `UDM_TEST_LONG=1`: 1,000 people. */

const IS_LONG = process.env['UDM_TEST_LONG'] === '1';
const SAMPLE = IS_LONG ? { contacts: 20_000, interactions: 60_000 } : { contacts: 300, interactions: 2_000 };
const PEOPLE = IS_LONG ? 1_000 : 15;
const NEVER = new AbortController().signal;

let server: TestPostgres;
let database: TestConnection;
let sources: Record<'ucsx' | 'iwd', PeopleVerbs>;
beforeAll(async () => {
  server = await startTestPostgres();
  database = await server.newDatabase();
  await fillSample(database, { ...SAMPLE, days: 60, seed: 11, endsAt: new Date('2026-03-01T00:00:00Z') });
  const open = (catalog: string): PeopleVerbs => {
    const known = CATALOGS.get(catalog);
    const { people } = known ? openPostgresSource({ ...database, writer: database }, known) : { people: null };
    if (!people) throw new Error('no people');
    return people;
  };
  sources = { ucsx: open('ucsx'), iwd: open('iwd') };
}, 120_000);
afterAll(() => server?.stop());

interface Discovered {
  readonly knowledge: Knowledge;
  readonly found: Record<'ucsx' | 'iwd', FoundRow[]>;
}

/** As discovery walks: subjects of both sources, then records, then who else holds what stands in them. */
async function discover(request: NormalIdentifier): Promise<Discovered> {
  const search = new PersonSearch([request]);
  const ask = async (): Promise<void> => {
    for (let wanted = search.next(); wanted.length > 0; wanted = search.next())
      for (const [source, people] of Object.entries(sources)) {
        const rows = await all(people.find({ wanted, region: 'US', subjectsOnly: true }, NEVER));
        search.take(rows.map((row) => ({ ...row, source })));
      }
  };
  await ask();
  expect(search.candidates()).toMatchObject({ state: 'found', people: 1 });
  const wanted = search.aliases();
  const find = (people: PeopleVerbs): Promise<FoundRow[]> => all(people.find({ wanted, region: 'US' }, NEVER));
  const found = { ucsx: await find(sources.ucsx), iwd: await find(sources.iwd) };
  search.alsoAsk([...found.ucsx, ...found.iwd].flatMap(({ identifiers }) => identifiers));
  await ask();
  return { knowledge: { region: 'US', holderOf: holderIn(search.holders()) }, found };
}

async function erase({ knowledge, found }: Discovered): Promise<void> {
  for (const [source, people] of Object.entries(sources))
    for (const table of people.tables) {
      const keys = found[source as 'ucsx' | 'iwd'].filter((row) => row.table === table.name).map(({ key }) => key);
      if (keys.length > 0) await people.change({ table: table.name, keys }, (row) => erasureOf(table, row, knowledge), NEVER);
    }
}

/** The lines that she is given, by table and key. */
async function view({ knowledge, found }: Discovered): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  const { tables } = sources.ucsx;
  for (const table of tables) {
    const keys = found.ucsx.filter((row) => row.table === table.name).map(({ key }) => key);
    let withChildren = false;
    for (const row of await all(sources.ucsx.read([{ table: table.name, keys }], NEVER))) {
      if (row.parent) {
        if (withChildren) lines.set(`${row.table} ${row.key}`, row.line);
        continue;
      }
      const seen = viewOf(table, row.row, knowledge);
      withChildren = seen?.children === true;
      if (seen) lines.set(`${table.name} ${row.key}`, lineWith(row.line, row.fields, seen.values, table.kinds));
    }
  }
  return lines;
}

test(
  'people are erased and shown as a reckoning by hand says, to the byte',
  async () => {
    const random = new Random(5, 1);
    let expected = await dumpCentre(database);
    let shared = 0;
    for (let index = 0; index < PEOPLE; index += 1) {
      // Every third was merged into another contact, or another into it.
      const merged = expected.contact.filter((one) => one['merge_id'] !== null);
      const contact = random.pick(index % 3 === 0 && merged.length > 0 ? merged : expected.contact);
      const contactId = contact['contact_id'] ?? '';
      const who = peopleOf(expected.contact).get(contactId) ?? '';
      const discovered = await discover({ type: 'contact_id', normal: normalOf('contact_id', contactId, null) ?? '' });

      const lines = await view(discovered);
      const shown = [...lines.keys()].flatMap((key) => (key.startsWith('interaction ') ? [key.slice(12)] : []));
      expect(shown.sort()).toEqual(interactionsOf(expected, who).sort());
      expect(ofOthersIn([...lines.values()].join('\n'), expected, who)).toEqual([]);

      await erase(discovered);
      const next = rowsWithout(expected, who);
      shared += next.interaction.filter((row) => !expected.interaction.includes(row)).length;
      expected = next;
      if (index % (IS_LONG ? 100 : 10) === 0) expectSame(await dumpCentre(database), expected);
    }
    expectSame(await dumpCentre(database), expected);
    expect(shared).toBeGreaterThan(PEOPLE / 3);
  },
  IS_LONG ? 7_200_000 : 120_000,
);

const sorted = (row: TextRow): string => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));

function expectSame(found: CentreRows, expected: CentreRows): void {
  for (const table of Object.keys(expected) as (keyof CentreRows)[]) {
    const now = found[table].map(sorted);
    const then = new Set(expected[table].map(sorted));
    expect({ table, rows: now.length, wrong: now.filter((row) => !then.has(row)).slice(0, 3) }).toEqual({ table, rows: then.size, wrong: [] });
  }
}
