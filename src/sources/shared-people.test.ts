import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
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

  async begun(count: number): Promise<void> {
    await expect.poll(() => this.searches.length, { interval: 5, timeout: 10_000 }).toBe(count);
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
    const some = fc.array(names, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(names, { maxLength: 30 }), some, some, async (rows, first, later) => {
        const source = new HeldSource(rows.map((row, index) => rowOf(index, ...row)));
        const shared = new SharedPeople();
        const ask = (askers: string[][]) => askers.map((wanted) => keysOf(shared.of('x', source.people).find(question(...wanted), NEVER)));
        const answers = ask(first);
        await source.begun(1);
        answers.push(...ask(later));
        source.searches[0]?.go();
        await source.begun(2);
        source.searches[1]?.go();
        const alone = (wanted: string[]) => rows.flatMap((row, index) => (row.some((one) => wanted.includes(one)) ? [String(index)] : []));
        expect(await Promise.all(answers)).toEqual([...first, ...later].map(alone));
        expect(source.searches.map(({ wanted }) => wanted.toSorted())).toEqual([first, later].map((askers) => [...new Set(askers.flat())].toSorted()));
      }),
      { numRuns: 40 },
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
    await source.begun(4);
    expect(source.searches.map(({ wanted }) => wanted.length).toSorted()).toEqual([1, 1, 1, 1501].toSorted());
    for (const at of [0, 1, 2, 3]) source.searches[at]?.go();
    await source.begun(5);
    expect(source.searches[4]?.wanted.length).toBe(1_500);
    source.searches[4]?.go();
    expect(await Promise.all(asked)).toEqual(asked.map(() => []));
  });

  it('end when nobody waits any more, and not before', async () => {
    const source = new HeldSource([]);
    const people = new SharedPeople().of('x', source.people);
    const first = keysOf(people.find(question('a'), NEVER));
    const [one, other, late] = [new AbortController(), new AbortController(), new AbortController()];
    await source.begun(1);
    const left = Promise.allSettled([one, other, late].map((each) => keysOf(people.find(question('b'), each.signal))));
    await settled();
    late.abort(new Error('gone before it began'));
    source.searches[0]?.go();
    expect(await first).toEqual([]);
    await source.begun(2);
    one.abort(new Error('gone'));
    await settled();
    expect(source.searches[1]?.signal.aborted).toBe(false);
    other.abort(new Error('gone too'));
    expect((await left).map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['gone', 'gone too', 'gone before it began']);
    expect(source.searches[1]?.signal.aborted).toBe(true);
    // And the next one begins as if nothing had been.
    const next = keysOf(people.find(question('c'), NEVER));
    await source.begun(3);
    source.searches[2]?.go();
    expect(await next).toEqual([]);
  });

  it('fail for all who wait when the source does, and for nobody who asks later', async () => {
    const source = new HeldSource([rowOf(1, 'c')]);
    const people = new SharedPeople().of('x', source.people);
    const first = Promise.allSettled(['a', 'b'].map((one) => keysOf(people.find(question(one), NEVER))));
    await source.begun(1);
    const next = keysOf(people.find(question('c'), NEVER));
    await settled();
    source.searches[0]?.go(new CodedError('source.unreachable'));
    expect((await first).map((one) => one.status === 'rejected' && one.reason.code)).toEqual(['source.unreachable', 'source.unreachable']);
    await source.begun(2);
    source.searches[1]?.go();
    expect(await next).toEqual(['1']);
  });

  it('fail only for whom the source cannot look for', async () => {
    const source = new HeldSource([rowOf(1, 'a'), rowOf(2, 'b'), rowOf(3, 'poison')]);
    const people = new SharedPeople().of('x', source.people);
    const asked = Promise.allSettled(['a', 'poison', 'b'].map((one) => keysOf(people.find(question(one), NEVER))));
    await source.begun(1);
    source.searches[0]?.go(new CodedError('source.query'));
    for (const at of [1, 2, 3]) {
      await source.begun(at + 1);
      source.searches[at]?.go(source.searches[at]?.wanted.includes('poison') ? new CodedError('source.query') : undefined);
    }
    expect((await asked).map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual([['1'], 'source.query', ['2']]);
  });

  it('that hang hold up nobody else for long, and are not many', async () => {
    const source = new HeldSource([rowOf(1, 'b')]);
    const people = new SharedPeople().of('x', source.people);
    const gone = new AbortController();
    const hanging = [];
    for (const count of [1, 2]) {
      hanging.push(keysOf(people.find(question('a'), gone.signal)).catch((error: Error) => error.message));
      await source.begun(count);
    }
    const next = keysOf(people.find(question('b'), NEVER));
    await source.begun(3);
    const more = keysOf(people.find(question('c'), NEVER));
    // Longer than anybody waits for a search that may begin.
    await new Promise((done) => setTimeout(done, 2_500));
    expect(source.searches.length).toBe(3);
    source.searches[2]?.go();
    expect(await next).toEqual(['1']);
    await source.begun(4);
    source.searches[3]?.go();
    expect(await more).toEqual([]);
    gone.abort(new Error('gone'));
    expect(await Promise.all(hanging)).toEqual(['gone', 'gone']);
  }, 20_000);

  it('are as fast as the slowest who takes rows, and go on when that one leaves', async () => {
    const source = new HeldSource(Array.from({ length: 50 }, (_, index) => rowOf(index, 'a')));
    const people = new SharedPeople().of('x', source.people);
    const slow = people.find(question('a'), NEVER)[Symbol.asyncIterator]();
    const begun = slow.next();
    await source.begun(1);
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
    await source.begun(2);
    source.searches[1]?.go();
    expect(await next).toHaveLength(50);
  });
});

it('rows of one source are read by four at a time, and changed by two who do not wait for those', async () => {
  const source = new HeldSource([]);
  const shared = new SharedPeople();
  const read = async () => {
    for await (const _ of shared.of('x', source.people).read([], NEVER)) await settled();
  };
  await Promise.all([
    ...Array.from({ length: 10 }, read),
    ...Array.from({ length: 10 }, () => shared.of('x', source.people).change({ table: 't', keys: [] }, () => ({ do: 'delete' }), NEVER)),
  ]);
  expect(source.mostOpen).toBe(6);
});
