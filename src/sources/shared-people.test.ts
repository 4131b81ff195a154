import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FoundRow, PeopleQuestion, PeopleVerbs } from './people.ts';
import { SharedPeople } from './shared-people.ts';

const NEVER = new AbortController().signal;
const email = (normal: string) => ({ type: 'email', normal }) as const;
const rowOf = (key: number, ...normals: string[]): FoundRow => ({
  table: 'contact',
  type: null,
  entityType: null,
  key: String(key),
  identifiers: normals.map((normal) => ({ ...email(normal), value: normal, role: 'alias' })),
});

/** A source whose every search is held until it is let go. */
class HeldSource {
  readonly searches: { readonly wanted: string[]; readonly signal: AbortSignal; readonly go: (error?: Error) => void }[] = [];
  readonly rows: FoundRow[];
  read = 0;
  open = 0;
  mostOpen = 0;

  constructor(rows: FoundRow[]) {
    this.rows = rows;
  }

  get people(): PeopleVerbs {
    const session = async <T>(work: () => T): Promise<T> => {
      this.open += 1;
      this.mostOpen = Math.max(this.mostOpen, this.open);
      await new Promise((done) => setImmediate(done));
      this.open -= 1;
      return work();
    };
    return {
      tables: [],
      mayChange: true,
      find: (question, signal) => this.#find(question, signal),
      identifiers: () => this.#nothing(),
      read: async function* () {
        yield await session(() => []);
      },
      change: () => session(() => []),
    };
  }

  async *#find({ wanted }: PeopleQuestion, signal: AbortSignal): AsyncGenerator<readonly FoundRow[]> {
    const held = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => held.reject(signal.reason), { once: true });
    this.searches.push({ wanted: wanted.map(({ normal }) => normal), signal, go: (error) => (error ? held.reject(error) : held.resolve()) });
    await held.promise;
    for (const row of this.rows) {
      if (!row.identifiers.some((one) => wanted.some(({ normal }) => normal === one.normal))) continue;
      this.read += 1;
      yield [row];
    }
  }

  async *#nothing(): AsyncGenerator<never> {}
}

async function keysOf(rows: AsyncIterable<readonly FoundRow[]>): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of rows) keys.push(...batch.map(({ key }) => key));
  return keys;
}

const settled = () => new Promise((done) => setImmediate(done));
const question = (...normals: string[]) => ({ wanted: normals.map(email), region: null });

describe('searches of one source', () => {
  it('give everybody what a search of their own gives, whoever asks meanwhile', async () => {
    const names = fc.subarray(['a', 'b', 'c', 'd', 'e'], { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 30 }), fc.array(names, { minLength: 1, maxLength: 12 }), async (rows, askers) => {
        const source = new HeldSource(rows.map((row, index) => rowOf(index, ...row)));
        const shared = new SharedPeople();
        const answers = askers.map((wanted) => keysOf(shared.of('x', source.people).find(question(...wanted), NEVER)));
        for (let at = 0; at < Math.min(2, askers.length); at += 1) {
          await settled();
          source.searches[at]?.go();
          await Promise.race([Promise.all(answers), settled().then(settled)]);
        }
        const alone = (wanted: string[]) => rows.flatMap((row, index) => (row.some((one) => wanted.includes(one)) ? [String(index)] : []));
        expect(await Promise.all(answers)).toEqual(askers.map(alone));
        expect(source.searches.length).toBe(Math.min(2, askers.length));
      }),
      { numRuns: 60 },
    );
  });

  it('begin after they were asked, are of one place, region and kind of table, and of not too many people', async () => {
    const source = new HeldSource([]);
    const shared = new SharedPeople();
    const people = shared.of('x', source.people);
    const many = Array.from({ length: 1_500 }, (_, index) => `p${index}`);
    const asked = [
      people.find(question('a'), NEVER),
      people.find(question(...many), NEVER),
      people.find(question(...many.map((one) => `q${one}`)), NEVER),
      people.find({ ...question('a'), region: 'DE' }, NEVER),
      people.find({ ...question('a'), subjectsOnly: true }, NEVER),
      shared.of('y', source.people).find(question('a'), NEVER),
    ].map(keysOf);
    await settled();
    expect(source.searches.map(({ wanted }) => wanted.length)).toEqual([1, 1, 1, 1]);
    for (const at of [0, 1, 2, 3]) source.searches[at]?.go();
    await settled();
    for (const [at, count] of [
      [4, 1_500],
      [5, 1_500],
    ] as const) {
      await expect.poll(() => source.searches[at]?.wanted.length).toBe(count);
      source.searches[at]?.go();
    }
    expect(await Promise.all(asked)).toEqual(asked.map(() => []));
  });

  it('end when nobody waits any more, and not before', async () => {
    const source = new HeldSource([]);
    const people = new SharedPeople().of('x', source.people);
    const first = keysOf(people.find(question('a'), NEVER));
    const [one, other, late] = [new AbortController(), new AbortController(), new AbortController()];
    const left = Promise.allSettled([one, other, late].map((each) => keysOf(people.find(question('b'), each.signal))));
    await settled();
    late.abort(new Error('gone before it began'));
    source.searches[0]?.go();
    expect(await first).toEqual([]);
    await expect.poll(() => source.searches.length).toBe(2);
    one.abort(new Error('gone'));
    await settled();
    expect(source.searches[1]?.signal.aborted).toBe(false);
    other.abort(new Error('gone too'));
    expect((await left).map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['gone', 'gone too', 'gone before it began']);
    expect(source.searches[1]?.signal.aborted).toBe(true);
    // And the next one begins as if nothing had been.
    const next = keysOf(people.find(question('c'), NEVER));
    await expect.poll(() => source.searches.length).toBe(3);
    source.searches[2]?.go();
    expect(await next).toEqual([]);
  });

  it('that hang hold up nobody else for long', async () => {
    const source = new HeldSource([rowOf(1, 'b')]);
    const people = new SharedPeople().of('x', source.people);
    const gone = new AbortController();
    const hanging = Promise.allSettled([keysOf(people.find(question('a'), gone.signal))]);
    await settled();
    const next = keysOf(people.find(question('b'), NEVER));
    await settled();
    expect(source.searches.length).toBe(1);
    await expect.poll(() => source.searches.length, { timeout: 10_000 }).toBe(2);
    source.searches[1]?.go();
    expect(await next).toEqual(['1']);
    gone.abort(new Error('gone'));
    expect((await hanging)[0]?.status).toBe('rejected');
  });

  it('fail for all who wait, and for nobody else', async () => {
    const source = new HeldSource([rowOf(1, 'c')]);
    const people = new SharedPeople().of('x', source.people);
    const first = keysOf(people.find(question('a'), NEVER));
    await settled();
    const next = keysOf(people.find(question('c'), NEVER));
    await settled();
    source.searches[0]?.go(new Error('down'));
    await expect(first).rejects.toThrow('down');
    await expect.poll(() => source.searches.length).toBe(2);
    source.searches[1]?.go();
    expect(await next).toEqual(['1']);
  });

  it('are as fast as the slowest who takes rows, and go on when that one leaves', async () => {
    const source = new HeldSource(Array.from({ length: 50 }, (_, index) => rowOf(index, 'a')));
    const people = new SharedPeople().of('x', source.people);
    const slow = people.find(question('a'), NEVER)[Symbol.asyncIterator]();
    const begun = slow.next();
    await settled();
    source.searches[0]?.go();
    await begun;
    await settled();
    const taken = source.read;
    expect(taken).toBeLessThan(10);
    await settled();
    expect(source.read).toBe(taken);
    await slow.return?.();
    await settled();
    const next = keysOf(people.find(question('a'), NEVER));
    await expect.poll(() => source.searches.length).toBe(2);
    source.searches[1]?.go();
    expect(await next).toHaveLength(50);
  });
});

it('rows of one source are read and changed by four at a time', async () => {
  const source = new HeldSource([]);
  const shared = new SharedPeople();
  const read = async () => {
    for await (const _ of shared.of('x', source.people).read([], NEVER)) await settled();
  };
  await Promise.all([
    ...Array.from({ length: 10 }, read),
    ...Array.from({ length: 10 }, () => shared.of('x', source.people).change({ table: 't', keys: [] }, () => ({ do: 'delete' }), NEVER)),
  ]);
  expect(source.mostOpen).toBe(4);
});
