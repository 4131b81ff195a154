import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorLine, anchorReader } from './audit-anchor.ts';
import { type Anchor, type ChainRecord, ChainVerifier, hashOfRecord, type Verification } from './audit-chain.ts';

const TENANT = '00000000-0000-4000-8000-00000000000a';
const RECORDS = 60;
const EVERY = 20;
const ACTIONS = ['job.created', 'job.edited', 'run.succeeded', 'artifact.downloaded'];

type Log = ChainRecord[];

function readAnchors(key: Uint8Array, text: string) {
  const anchors: Anchor[] = [];
  const reader = anchorReader(key, (one) => anchors.push(one));
  const lines = text.split('\n');
  const last = lines.pop() as string;
  for (const line of lines) reader.take(line);
  reader.take(last, true);
  return { anchors, ...reader.end() };
}

/** A chain over these records, numbered anew from the first. */
function chained(records: readonly Omit<ChainRecord, 'hash'>[]): Log {
  let before = '';
  return records.map((one) => {
    const record = { ...one, hash: '' };
    before = hashOfRecord(before, record);
    return { ...record, hash: before };
  });
}

const LOG = chained(
  Array.from({ length: RECORDS }, (_, index) => ({
    tenantId: TENANT,
    seq: index + 1,
    id: 100 + 3 * index,
    at: String(1_780_000_000_000_000 + 1_000_003 * index),
    actorKind: index % 3 === 0 ? 'system' : 'user',
    actorId: index % 3 === 0 ? null : '00000000-0000-4000-8000-00000000000b',
    actorToken: index % 7 === 0 ? '00000000-0000-4000-8000-00000000000c' : null,
    origin: index % 3 === 0 ? null : '192.0.2.1',
    action: ACTIONS[index % ACTIONS.length] as string,
    objectKind: 'job',
    objectId: index % 5 === 0 ? null : `object ${index}`,
    detail: JSON.stringify({ version: index }),
  })),
);
const ANCHORS: Anchor[] = LOG.filter((one) => one.seq % EVERY === 0).map(({ seq, hash }) => ({
  tenantId: TENANT,
  seq,
  hash,
  at: new Date(1_780_000_000_000 + seq * 1_000).toISOString(),
}));

function verify(log: readonly ChainRecord[], anchors: readonly Anchor[] = ANCHORS, piece = RECORDS): Verification {
  const inOrder = [...log].sort((one, other) => one.seq - other.seq || one.id - other.id);
  const verifier = new ChainVerifier(anchors);
  for (let at = 0; at < inOrder.length; at += piece) verifier.take(inOrder.slice(at, at + piece));
  return verifier.end();
}

/** Hashes made anew from a record on, as somebody would who knows how. */
const rechained = (log: readonly ChainRecord[], from = 1) => chained(log).map((one, index) => (one.seq < from ? (log[index] as ChainRecord) : one));
const renumbered = (log: readonly ChainRecord[]) => log.map((one, index) => ({ ...one, seq: index + 1, id: 100 + 3 * index }));

const place = fc.nat(RECORDS - 1);
const otherText = fc.string({ minLength: 1, maxLength: 12 });

/** Every column, changed to another value. */
const changed = fc
  .tuple(place, fc.constantFrom(...(Object.keys(LOG[0] as ChainRecord) as (keyof ChainRecord)[])), otherText, fc.integer({ min: 1, max: 1_000 }), fc.boolean())
  .map(([index, column, text, number, isNull]) => {
    const one = LOG[index] as ChainRecord;
    const before = one[column];
    const nullable = ['actorId', 'actorToken', 'origin', 'objectId'].includes(column);
    const value = typeof before === 'number' ? before + number : isNull && nullable && before !== null ? null : `${before ?? ''}${text}`;
    return { what: `${column} of ${one.seq}`, log: LOG.map((record, at) => (at === index ? { ...record, [column]: value } : record)) };
  });

const removed = fc
  .tuple(place, fc.integer({ min: 1, max: 10 }), fc.constantFrom('plain', 'renumbered', 'rechained'))
  .map(([index, count, how]) => ({ what: `${how}: ${count} removed at ${index + 1}`, log: remade(LOG.toSpliced(index, count), how, index) }));

const inserted = fc.tuple(place, place, fc.constantFrom('plain', 'renumbered', 'rechained'), fc.integer({ min: 1, max: 2 })).map(([index, of, how, step]) => {
  const one = LOG[of] as ChainRecord;
  const extra = { ...one, seq: index + 1, id: 100 + 3 * index + step, action: 'session.started' };
  return { what: `${how}: one inserted at ${index + 1}`, log: remade(LOG.toSpliced(index, 0, { ...extra, hash: hashOfRecord('', extra) }), how, index) };
});

const swapped = fc
  .tuple(place, place, fc.boolean(), fc.boolean())
  .filter(([one, other]) => one !== other)
  .map(([one, other, withHash, withId]) => {
    const [first, second] = [LOG[one] as ChainRecord, LOG[other] as ChainRecord];
    const moved = (from: ChainRecord, to: ChainRecord) => ({ ...from, seq: to.seq, ...(!withId && { id: to.id }), ...(!withHash && { hash: to.hash }) });
    return {
      what: `${one + 1} and ${other + 1} swapped`,
      log: LOG.map((record, at) => (at === one ? moved(second, first) : at === other ? moved(first, second) : record)),
    };
  });

const cut = fc.nat(RECORDS - 1).map((length) => ({ what: `cut after ${length}`, log: LOG.slice(0, length) }));

/** One value is another, and the whole chain is made anew from there. */
const replaced = fc.tuple(place, otherText).map(([index, text]) => ({
  what: `made anew from ${index + 1}`,
  log: rechained(LOG.map((one, at) => (at === index ? { ...one, detail: `${one.detail}${text}` } : one))),
}));

function remade(log: readonly ChainRecord[], how: string, index: number): readonly ChainRecord[] {
  if (how === 'plain') return log;
  return how === 'renumbered' ? renumbered(log) : rechained(renumbered(log), index + 1);
}

describe('a log that nobody touched', () => {
  it('is whole, in pieces of any size', () => {
    for (const piece of [1, 7, RECORDS]) {
      expect(verify(LOG, ANCHORS, piece)).toEqual({
        records: RECORDS,
        head: { seq: RECORDS, hash: LOG.at(-1)?.hash },
        findings: [],
        found: 0,
        anchors: 3,
        verifiedUpTo: { seq: RECORDS, at: ANCHORS.at(-1)?.at },
        notAnchored: 0,
      });
    }
    expect(verify(LOG, ANCHORS.slice(0, 2))).toMatchObject({ found: 0, verifiedUpTo: { seq: 40 }, notAnchored: 20 });
    expect(verify([], [])).toMatchObject({ found: 0, head: null, verifiedUpTo: null });
  });

  it('can be looked at from an anchor on', () => {
    const verifier = new ChainVerifier(ANCHORS, ANCHORS[0]);
    verifier.take(LOG.slice(EVERY));
    expect(verifier.end()).toMatchObject({ found: 0, records: RECORDS - EVERY, anchors: 2, head: { seq: RECORDS } });
    const other = new ChainVerifier(ANCHORS, { seq: EVERY, hash: LOG[0]?.hash as string });
    other.take(LOG.slice(EVERY));
    expect(other.end().findings[0]).toMatchObject({ kind: 'changed', seq: EVERY + 1 });
  });
});

describe('a log that somebody tampered with', () => {
  it('is found out, 10,000 times, however it was done', () => {
    let tried = 0;
    fc.assert(
      fc.property(fc.oneof(changed, removed, inserted, swapped, cut, replaced), ({ what, log }) => {
        tried += 1;
        const seen = verify(log);
        expect(seen.found, what).toBeGreaterThan(0);
        // What is said to be verified is: up to there nothing differs.
        const upTo = seen.verifiedUpTo?.seq ?? 0;
        const inOrder = [...log].sort((one, other) => one.seq - other.seq || one.id - other.id);
        expect(inOrder.slice(0, upTo), what).toEqual(LOG.slice(0, upTo));
      }),
      { numRuns: 10_000 },
    );
    expect(tried).toBeGreaterThanOrEqual(10_000);
  });

  it('shows what was done and where', () => {
    const first = (log: readonly ChainRecord[]) => verify(log).findings[0];
    const edit = (seq: number, change: Partial<ChainRecord>) => LOG.map((one) => (one.seq === seq ? { ...one, ...change } : one));
    expect(first(edit(25, { origin: '192.0.2.9' }))).toEqual({ kind: 'changed', seq: 25, id: 172, recordedAt: new Date(1_780_000_024_000).toISOString() });
    expect(first(LOG.toSpliced(24, 3))).toEqual({ kind: 'missing', seq: 25, upTo: 27 });
    expect(first([...LOG, { ...(LOG[24] as ChainRecord), id: 173 }])).toMatchObject({ kind: 'inserted', seq: 25, id: 173 });
    expect(first(LOG.slice(0, 30))).toEqual({ kind: 'cut', seq: 31, upTo: 60 });
    expect(first(rechained(edit(25, { origin: '192.0.2.9' })))).toMatchObject({ kind: 'replaced', seq: 40 });
    expect(verify(edit(25, { origin: '192.0.2.9' })).verifiedUpTo).toEqual({ seq: 20, at: ANCHORS[0]?.at });
    const exchanged = LOG.map((one) =>
      one.seq === 25 ? { ...(LOG[25] as ChainRecord), seq: 25 } : one.seq === 26 ? { ...(LOG[24] as ChainRecord), seq: 26 } : one,
    );
    expect(verify(exchanged).findings.map((one) => one.kind)).toContain('reordered');
  });
});

describe('the file of anchors', () => {
  const key = new Uint8Array(32).fill(7);
  const text = (anchors: readonly Anchor[]) => {
    let mark = '';
    return anchors
      .map((one) => {
        const made = anchorLine(key, mark, one);
        mark = made.mark;
        return `${made.line}\n`;
      })
      .join('');
  };
  const whole = text(ANCHORS);
  const lines = whole.split('\n');

  it('is read as it was written', () => {
    expect(readAnchors(key, whole)).toEqual({ anchors: ANCHORS, badLines: [], mark: JSON.parse(lines[2] as string).mark });
    expect(readAnchors(key, '')).toEqual({ anchors: [], badLines: [], mark: '' });
  });

  it('may end in half a line, and go on after it', () => {
    const torn = whole.slice(0, -40);
    expect(readAnchors(key, torn)).toMatchObject({ anchors: ANCHORS.slice(0, 2), badLines: [] });
    const { line } = anchorLine(key, readAnchors(key, torn).mark, ANCHORS[2] as Anchor);
    expect(readAnchors(key, `${torn}\n${line}\n`)).toMatchObject({ anchors: ANCHORS, badLines: [] });
  });

  it('shows every change of a whole line, a missing one, a swap, and lines of another key', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 2), fc.integer({ min: 1, max: 25 }), (at, by) => {
        if (whole[at] === '\n') return;
        const other = String.fromCharCode(97 + ((whole.charCodeAt(at) - 97 + by + 26 * 4) % 26));
        const edited = whole.slice(0, at) + other + whole.slice(at + 1);
        if (edited !== whole) expect(readAnchors(key, edited).badLines.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
    expect(readAnchors(key, [lines[0], lines[2], ''].join('\n')).badLines).toEqual([2]);
    expect(readAnchors(key, [lines[1], lines[2], ''].join('\n')).badLines).toEqual([1]);
    expect(readAnchors(key, [lines[1], lines[0], lines[2], ''].join('\n')).badLines.length).toBeGreaterThan(0);
    expect(readAnchors(new Uint8Array(32).fill(8), whole).anchors).toEqual([]);
  });
});
