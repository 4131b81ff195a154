/**
 * What every connector promises for data requests, as tests. A connector's test file puts `PEOPLE_ROWS` behind `PEOPLE_CATALOG` and calls
 * `describePeopleContract`.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IdentifierType, keyOf, type NormalIdentifier } from '../../src/domain/data-requests/identifiers.ts';
import { holderIn, type Holders, PersonSearch } from '../../src/domain/data-requests/person-graph.ts';
import { erasureOf, type Knowledge, rectificationOf } from '../../src/domain/data-requests/row-verdict.ts';
import { CodedError } from '../../src/errors.ts';
import type { FoundRow, PeopleVerbs, PersonRow } from '../../src/sources/people.ts';
import { call, type Cells, chat, type LetterRow, mail, type PEOPLE_ROWS } from './people-data.ts';

export interface PreparedPeople {
  /** With a credential to write. */
  readonly people: PeopleVerbs;
  readonly readOnly: PeopleVerbs;
  /** Every row as text, by table, in order of the key. */
  dump(): Promise<Record<keyof typeof PEOPLE_ROWS, Cells[]>>;
  addLetters(letters: readonly LetterRow[]): Promise<void>;
  removeLetters(ids: readonly string[]): Promise<void>;
  /** Queries and open transactions UDM has in the source right now. */
  activity(): Promise<number>;
  stop(): Promise<void>;
}

const NEVER = new AbortController().signal;

export async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}

const places = (rows: readonly { table: string; key: string }[]): string[] => rows.map(({ table, key }) => `${table} ${key}`).sort();

/** Walks from one identifier to the person, as discovery does. */
export async function knowledgeOf(
  people: PeopleVerbs,
  request: readonly NormalIdentifier[],
  region: string | null,
): Promise<{ holders: Holders; knowledge: Knowledge; aliases: NormalIdentifier[] }> {
  const search = new PersonSearch(request);
  const ask = async (): Promise<void> => {
    for (let wanted = search.next(); wanted.length > 0; wanted = search.next()) {
      const rows = await all(people.find({ wanted, region, subjectsOnly: true }, NEVER));
      search.take(rows.map((row) => ({ ...row, source: 'only' })));
    }
  };
  await ask();
  const records = await all(people.find({ wanted: search.aliases(), region }, NEVER));
  search.alsoAsk(records.flatMap(({ identifiers }) => identifiers));
  await ask();
  const holders = search.holders();
  return { holders, knowledge: { region, holderOf: holderIn(holders) }, aliases: search.aliases() };
}

/** Runs the contract against one connector. `prepare` makes a fresh database. */
export function describePeopleContract(connector: string, prepare: () => Promise<PreparedPeople>): void {
  describe(`contract for data requests: ${connector}`, () => {
    let prepared: PreparedPeople;
    beforeAll(async () => {
      prepared = await prepare();
    }, 60_000);
    afterAll(() => prepared?.stop());
    describeFinding(() => prepared);
    describeReading(() => prepared);
    describeChanging(prepare);
  });
}

function describeFinding(prepared: () => PreparedPeople): void {
  const find = async (type: IdentifierType, normal: string, region: string | null = 'US'): Promise<string[]> =>
    places(await all(prepared().people.find({ wanted: [{ type, normal }], region }, NEVER)));

  test.each<[IdentifierType, string, string | null, string[]]>([
    ['email', 'ada@example.com', null, ['letter nameless', 'letter own', 'letter shared', 'person 1']],
    ['email', 'work@example.com', null, ['letter copied', 'letter shared', 'person.more 1']],
    ['email', 'house@example.com', null, []],
    ['phone', '+15551234567', 'US', ['letter both', 'person 1', 'person 2']],
    ['phone', '+15551234567', null, ['person 1']],
    ['phone', '+49301234567', 'US', ['letter called', 'person 3']],
    ['phone', '+49301234567', 'DE', ['letter called', 'letter german', 'person 3']],
    ['whatsapp', '+4915112345678', null, ['person.more 4']],
    ['twitter', 'adal', null, ['person.more 2']],
    ['contact_id', '1', null, ['letter odd', 'letter own', 'letter shared', 'letter torn', 'person 1', 'person 3', 'person.more 1', 'person.more 2', 'task 1']],
    ['contact_id', '3', null, ['letter merged', 'letter talk', 'person 3', 'person.more 4']],
    ['customer_id', '1', null, []],
    ['email', "' OR true --", null, []],
  ])('%s %s, numbers dialled in %s', async (type, normal, region, expected) => {
    expect(await find(type, normal, region)).toEqual(expected);
  });

  test('a row tells everybody in it, as stored and as compared, and what kind of row it is', async () => {
    const [row] = await all(prepared().people.find({ wanted: [{ type: 'email', normal: 'copy@example.com' }], region: null }, NEVER));
    expect(row).toEqual({
      table: 'letter',
      type: 'Letter',
      entityType: 'Mail',
      key: 'copied',
      identifiers: [
        { type: 'contact_id', value: '2', normal: '2', role: 'owner' },
        { type: 'email', value: 'ben@example.com', normal: 'ben@example.com', role: 'owner' },
        { type: 'email', value: 'Work@Example.com', normal: 'work@example.com', role: 'participant' },
        { type: 'email', value: 'copy@example.com', normal: 'copy@example.com', role: 'participant' },
      ],
    });
    const odd = await all(prepared().people.find({ wanted: [{ type: 'contact_id', normal: '1' }], region: null }, NEVER));
    expect(odd.find(({ key }) => key === 'odd')).toMatchObject({ type: null, entityType: null });
  });

  test('subjects alone are found when asked for', async () => {
    const rows = await all(prepared().people.find({ wanted: [{ type: 'contact_id', normal: '1' }], region: null, subjectsOnly: true }, NEVER));
    expect(places(rows)).toEqual(['person 1', 'person 3', 'person.more 1', 'person.more 2']);
  });

  test('what is found is what comparing every row by hand finds, however it is spelled', async () => {
    const text = fc.oneof(
      fc.constantFrom(
        'Eve@x.com',
        'EVE@X.COM',
        ' eve@x.com\t',
        'Eve "E" <eve@X.com>',
        'mailto:eve@x.com',
        'éve@x.com',
        'e\u0301ve@x.com',
        '\u212Aeve@x.com',
        'KEVE@x.com',
        '[erased]',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }).map((one) => one.replaceAll('\0', '')),
    );
    const phone = fc.oneof(
      fc.constantFrom(
        '+15551239999',
        '(555) 123-9999',
        '001 555 123 9999',
        'tel:+1-555-123-9999',
        '555 1239999 ext. 12',
        '٥٥٥١٢٣٩٩٩٩',
        '123 9999',
        '110',
        '+49 (0)30 999',
        '030 999',
      ),
      fc.stringMatching(/^[+0-9() x-]{1,16}$/),
    );
    const author = fc.oneof(fc.constantFrom('2', '"2"', '"\\u0032"', '77', '" 77 "', 'null'), fc.nat(99).map(String));
    const letter = fc.oneof(
      fc.tuple(text, fc.array(text, { maxLength: 3 })).map(
        ([sender, copies]) =>
          (id: string) =>
            mail(id, null, sender, copies),
      ),
      phone.map((number) => (id: string) => call(id, null, number)),
      fc
        .array(author, { maxLength: 3 })
        .map((authors) => (id: string) => chat(id, null, `[${authors.map((no) => `{"from" : {"no" :${no}},"text":"x"}`).join(',')}]`)),
    );
    const wanted: NormalIdentifier[] = ['eve@x.com', 'éve@x.com', 'keve@x.com'].map((normal) => ({ type: 'email', normal }));
    wanted.push(...['+15551239999', '5551239999', '+4930999', '110', '1239999'].map((normal): NormalIdentifier => ({ type: 'phone', normal })), {
      type: 'contact_id',
      normal: '77',
    });
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(letter, { minLength: 5, maxLength: 60 }), fc.constantFrom('US', 'DE', null), async (makes, region) => {
        const letters = makes.map((make, index) => make(`x${index}`));
        await prepared().addLetters(letters);
        try {
          const every = await all(prepared().people.identifiers(region, NEVER));
          const some = every.flatMap(({ identifiers }) => identifiers).filter((_, index) => index % 7 === 0);
          for (const asked of [wanted, some]) {
            const keys = new Set(asked.map(keyOf));
            const byHand = every.filter(({ identifiers }) => identifiers.some((one) => keys.has(keyOf(one))));
            const found = await all(prepared().people.find({ wanted: asked, region }, NEVER));
            hits += found.length;
            expect(places(found)).toEqual(places(byHand));
          }
        } finally {
          await prepared().removeLetters(letters.map(({ id }) => id));
        }
      }),
      { numRuns: 12 },
    );
    expect(hits).toBeGreaterThan(100);
  }, 60_000);

  test('all of a search is one state of the source, in small batches', async () => {
    const many = Array.from({ length: 250 }, (_, index) => call(`m${index}`, 2, '+15550009999'));
    await prepared().addLetters(many);
    const sizes: number[] = [];
    const found: FoundRow[] = [];
    for await (const batch of prepared().people.identifiers('US', NEVER)) {
      // The rest is asked for later, of the same state.
      if (sizes.length === 0) await prepared().removeLetters(many.map(({ id }) => id));
      sizes.push(batch.length);
      found.push(...batch);
    }
    expect(found.filter(({ key }) => key.startsWith('m') && key !== 'merged')).toHaveLength(250);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(await find('phone', '+15550009999')).toEqual([]);
  });

  test('an abort, and a reader that leaves early, stop the source', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const reading = (async () => {
      for await (const _ of prepared().people.identifiers(null, controller.signal)) controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    await untilQuiet(prepared());
    for await (const _ of prepared().people.identifiers(null, NEVER)) break;
    await untilQuiet(prepared());
    await expect(all(prepared().people.identifiers(null, AbortSignal.abort('no')))).rejects.toBe('no');
  });
}

async function untilQuiet(prepared: PreparedPeople): Promise<void> {
  await expect.poll(() => prepared.activity(), { timeout: 5_000, interval: 20 }).toBe(0);
}

function describeReading(prepared: () => PreparedPeople): void {
  test('rows come whole, as an export has them, and what belongs to a row right behind it', async () => {
    const wanted = [
      { table: 'letter', keys: ['shared', 'own', 'talk', 'nowhere'] },
      { table: 'person', keys: ['1'] },
      { table: 'task', keys: ['2'] },
    ];
    const rows = await all(prepared().people.read(wanted, NEVER));
    const shown = rows.map(({ table, entityType, key, parent, line }: PersonRow) => [table, entityType, key, parent?.key ?? null, line]);
    expect(shown).toEqual([
      [
        'letter',
        'Mail',
        'own',
        null,
        expect.stringMatching(
          /^\{"id":"own","kind":1,"person":1,"answers":null,"body":"a body","house":"house@example.com","from":"ADA@EXAMPLE.COM","fromName":"a name","copies":\[\]\}$/,
        ),
      ],
      ['file', null, '1', 'own', '{"id":1,"letter":"own","content":"AP8="}'],
      ['letter', 'Mail', 'shared', null, expect.stringContaining('"copies":[{"name": "a name", "address": "ben@example.com"}, {"')],
      ['file', null, '2', 'shared', '{"id":2,"letter":"shared","content":"YQ=="}'],
      ['letter', 'Chat', 'talk', null, expect.stringContaining('"talk":"[{\\"n\\":1.50,')],
      ['person', 'Person', '1', null, expect.stringMatching(/^\{"no":1,.*"more":\[\{"id":1,"kind":"mail","value":"WORK@example.com"\},\{"id":2,/)],
      ['task', 'Task', '2', null, '{"id":2,"person":2,"what":"of Ben","size":12345678901234567890.5}'],
      ['step', null, '2', '2', '{"id":2,"task":2,"details":{"b": 2}}'],
    ]);
    expect(rows[0]).toMatchObject({ type: 'Letter', row: { person_no: '1', sender: 'ADA@EXAMPLE.COM' }, fields: expect.arrayContaining([['from', 'sender']]) });
  });

  test('a row of no entity type is read with every field there is', async () => {
    const [row] = await all(prepared().people.read([{ table: 'letter', keys: ['odd'] }], NEVER));
    expect(row).toMatchObject({ type: null, entityType: null, key: 'odd' });
    expect(Object.keys(JSON.parse(row?.line ?? '{}') as object)).toEqual(expect.arrayContaining(['from', 'copies', 'talk', 'phone']));
  });
}

function describeChanging(prepare: () => Promise<PreparedPeople>): void {
  const ADA: NormalIdentifier[] = [{ type: 'email', normal: 'work@example.com' }];

  /** Erases Ada in every table, in their order. */
  async function erase({ people }: PreparedPeople, { knowledge, aliases }: Awaited<ReturnType<typeof knowledgeOf>>): Promise<Record<string, string[]>> {
    const found = await all(people.find({ wanted: aliases, region: 'DE' }, NEVER));
    const done: Record<string, string[]> = {};
    const note = (table: string, text: string): void => {
      done[table] = [...(done[table] ?? []), text];
    };
    for (const table of people.tables) {
      const keys = found.filter((row) => row.table === table.name).map(({ key }) => key);
      if (keys.length === 0) continue;
      const outcomes = await people.change({ table: table.name, keys }, (row) => erasureOf(table, row, knowledge), NEVER);
      for (const { key, done: what, verdict, children } of outcomes) {
        const uncertain = verdict?.do === 'keep' ? `, ${verdict.why}` : '';
        note(table.name, `${key} ${what}${uncertain}${children > 0 ? ` +${children}` : ''}`);
      }
    }
    return done;
  }

  test('erases one person from every table, leaves all others as they are, and finds nothing more the second time', async () => {
    const prepared = await prepare();
    const before = await prepared.dump();
    const known = await knowledgeOf(prepared.people, ADA, 'DE');
    expect(known.holders.person.map(({ normal }) => normal).sort()).toEqual(
      ['+15551234567', '+49301234567', '+4915112345678', '1', '3', 'ada@example.com', 'adal', 'work@example.com'].sort(),
    );
    const done = await erase(prepared, known);
    expect({ ...done, letter: done['letter']?.sort() }).toEqual({
      'task': ['1 changed +1'],
      'letter': [
        'called changed',
        'copied changed',
        'german deleted',
        'merged deleted',
        'nameless deleted',
        'odd deleted',
        'own deleted +1',
        'shared changed +1',
        'talk changed',
        'torn deleted',
      ],
      'person.more': ['1 deleted', '2 deleted', '4 deleted'],
      'person': ['1 deleted', '3 deleted'],
    });
    const after = await prepared.dump();
    const letter = (id: string, over: Cells = {}): Cells => ({ ...before.letter.find((one) => one['id'] === id), ...over });
    expect(after).toEqual({
      person: before.person.filter(({ no }) => no === '2'),
      more: before.more.filter(({ id }) => id === '3'),
      letter: [
        letter('bens'),
        letter('both'),
        letter('called', { phone: null }),
        letter('copied', { copies: '[{"name": "[erased]", "address": "[erased]"}, {"name": "a name", "address": "copy@example.com"}]' }),
        letter('house'),
        letter('shared', {
          person_no: null,
          sender: null,
          sender_name: null,
          body: null,
          copies: '[{"name": "a name", "address": "ben@example.com"}, {"name": "[erased]", "address": "[erased]"}]',
        }),
        letter('talk', {
          talk: `[{"n":1.50,"from":{"type":"Customer"},"text":"of Ben"}, {"from":{"no":"[erased]","type":"Customer"},"text":"[erased]"}, {"from":{"type":"Agent"},"text":"ok"}]`,
        }),
      ],
      file: before.file.filter(({ id }) => id === '3'),
      task: [{ ...before.task[0], person_no: null, what: null }, before.task[1]],
      step: [{ ...before.step[0], details: null }, before.step[1]],
    });
    const left = await all(prepared.people.find({ wanted: known.holders.person, region: 'DE' }, NEVER));
    expect(left).toEqual([]);
    expect(await prepared.people.change({ table: 'letter', keys: ['own', 'shared'] }, () => ({ do: 'keep', why: 'not_hers' }), NEVER)).toEqual([
      { key: 'shared', done: 'kept', verdict: { do: 'keep', why: 'not_hers' }, children: 0 },
      { key: 'own', done: 'gone', verdict: null, children: 0 },
    ]);
    const keys = before.letter.map(({ id }) => String(id));
    const [table] = prepared.people.tables.filter(({ name }) => name === 'letter');
    if (!table) throw new Error('no letters');
    await prepared.people.change({ table: 'letter', keys }, (row) => erasureOf(table, row, known.knowledge), NEVER);
    expect(await prepared.dump()).toEqual(after);
    await prepared.stop();
  }, 60_000);

  test('corrects what is hers', async () => {
    const prepared = await prepare();
    const { knowledge } = await knowledgeOf(prepared.people, ADA, 'DE');
    const before = await prepared.dump();
    const [table] = prepared.people.tables.filter(({ name }) => name === 'person');
    if (!table) throw new Error('no people');
    const corrections = [
      { name: 'name', from: null, to: 'Ada Ł' },
      { name: 'mail', from: 'ada@example.com', to: null },
    ];
    await prepared.people.change(
      { table: 'person', keys: ['1', '2', '3'] },
      (row) => {
        const values = rectificationOf(table, row, corrections, knowledge);
        return values ? { do: 'change', values, children: false, ground: null, uncertain: false } : { do: 'keep', why: 'not_hers' };
      },
      NEVER,
    );
    expect(await prepared.dump()).toEqual({
      ...before,
      person: [{ ...before.person[0], name: 'Ada Ł', mail: null }, before.person[1], { ...before.person[2], name: 'Ada Ł' }],
    });
    await prepared.stop();
  }, 60_000);

  test('one that fails at its last row has changed none, and without a credential to write nothing is tried', async () => {
    const prepared = await prepare();
    const before = await prepared.dump();
    let asked = 0;
    const decide = (): never | { do: 'delete' } => {
      asked += 1;
      if (asked === 3) throw new Error('no verdict');
      return { do: 'delete' };
    };
    await expect(prepared.people.change({ table: 'letter', keys: ['own', 'shared', 'talk'] }, decide, NEVER)).rejects.toBeDefined();
    const held = () => Promise.reject(new CodedError('gdpr.held'));
    await expect(prepared.people.change({ table: 'letter', keys: ['own'] }, () => ({ do: 'delete' }), NEVER, held)).rejects.toMatchObject({
      code: 'gdpr.held',
    });
    expect(prepared.people.mayChange).toBe(true);
    expect(prepared.readOnly.mayChange).toBe(false);
    await expect(prepared.readOnly.change({ table: 'letter', keys: ['own'] }, () => ({ do: 'delete' }), NEVER)).rejects.toMatchObject({
      code: 'gdpr.no_write_access',
      details: { value: 'people.letter' },
    });
    expect(await prepared.dump()).toEqual(before);
    await prepared.stop();
  }, 60_000);
}
