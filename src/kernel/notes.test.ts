import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tellNotes, toldTo } from './notes.ts';
import { openKernel } from './open-kernel.ts';
import { forgetListener, openTranscoder } from './open-transcoder.ts';
import { openPlainTranscoder } from './plain-transcoder.ts';
import type { Column, Listener, Transcoder } from './transcoder.ts';

const COLUMNS: readonly Column[] = [
  { name: 'id', kind: 'int4' },
  { name: 'contact', kind: 'text', noted: { values: [1] } },
  { name: 'chat', kind: 'text', noted: { member: 'contactId', as: 2 } },
  { name: 'to', kind: 'json', noted: { member: 'address', as: 3 } },
  { name: 'whole', kind: 'json', noted: { values: [4] } },
  { name: 'other', kind: 'text' },
  { name: 'phone', kind: 'text', noted: { values: [6, 8] }, hidden: true },
  {
    name: 'rows',
    kind: 'json',
    noted: {
      rows: [
        { field: 'id', as: 9, when: null },
        { field: 'value', as: 10, when: { field: 'name', equals: 'E-mail ä' } },
        { field: 'value', as: 11, when: { field: 'name', equals: 'Phone' } },
      ],
    },
  },
];
/** In a row of these tests, which has no id. */
const ROWS = COLUMNS.length - 2;
type Row = readonly (string | null)[];

/** The rows as PostgreSQL sends them; every column but the first is text. */
function wireOf(rows: readonly Row[]): Buffer {
  const value = (bytes: Buffer | null): Buffer => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(bytes?.length ?? -1);
    return bytes ? Buffer.concat([head, bytes]) : head;
  };
  const data = (bytes: Buffer): Buffer => {
    const head = Buffer.from('d\0\0\0\0', 'latin1');
    head.writeUInt32BE(bytes.length + 4, 1);
    return Buffer.concat([head, bytes]);
  };
  const count = Buffer.from([0, COLUMNS.length]);
  const line = (row: Row, at: number) => {
    const id = Buffer.alloc(4);
    id.writeInt32BE(at);
    return Buffer.concat([count, value(id), ...row.map((one) => value(one === null ? null : Buffer.from(one)))]);
  };
  return Buffer.concat([
    data(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')),
    ...rows.map((row, at) => data(line(row, at))),
    data(Buffer.from([0xff, 0xff])),
  ]);
}

function listenerOf(notes: string[]): Listener {
  const tellHashes = () => {
    throw new Error('nothing is hashed');
  };
  return { seed: [1, 2], hashing: null, tell: (meaning, value) => void notes.push(`${meaning} ${value}`), tellHashes };
}

/** Lines and notes of the kernel, the wire cut into pieces. */
async function told(rows: readonly Row[], cut = 65_536): Promise<{ lines: string; notes: string[] }> {
  const notes: string[] = [];
  const transcoder = await openTranscoder(COLUMNS, false, listenerOf(notes));
  const batches: Uint8Array[] = [];
  const wire = wireOf(rows);
  for (let at = 0; at < wire.length; at += cut) transcoder.push(wire.subarray(at, at + cut), ({ bytes }) => void batches.push(bytes));
  const last = transcoder.finish();
  return { lines: Buffer.concat([...batches, ...(last ? [last.bytes] : [])]).toString(), notes };
}

/** The same without the kernel: the twin gives the lines of the columns that stand in one, and JSON.parse what is in them. */
function expected(rows: readonly Row[]): { lines: string; notes: Set<string> } {
  const visible = COLUMNS.filter(({ hidden }) => !hidden);
  const lines = rows.map((row, at) => {
    const texts = visible.slice(1).map(({ name, kind }, index) => {
      const value = row[name === 'rows' ? ROWS : index] ?? null;
      return `"${name}":${value === null || kind === 'json' ? value : JSON.stringify(value)}`;
    });
    return `{"id":${at},${texts.join(',')}}\n`.replaceAll(/[\n\r](?!$)/g, ' ');
  });
  const members = (json: string | null, name: string): string[] => {
    const found: string[] = [];
    try {
      JSON.parse(json ?? 'null', (key, value: unknown) => {
        if (key === name && (typeof value === 'string' || typeof value === 'number')) found.push(String(value));
        return value;
      });
    } catch {
      return [];
    }
    return found;
  };
  const ofRows = (json: string | null): string[] =>
    (JSON.parse(json ?? '[]') as Record<string, unknown>[]).flatMap(({ id, name, value }) => [
      ...((id ?? '') === '' ? [] : [`9 ${id}`]),
      ...((value ?? '') === '' || name !== 'E-mail ä' ? [] : [`10 ${value}`]),
      ...((value ?? '') === '' || name !== 'Phone' ? [] : [`11 ${value}`]),
    ]);
  const notes = rows.flatMap(([contact, chat, to, nested, , phone, list]) => [
    ...(contact ? [`1 ${contact}`] : []),
    ...members(chat ?? null, 'contactId').map((one) => `2 ${one}`),
    ...members(to ?? null, 'address').map((one) => `3 ${one}`),
    ...(nested ? [`4 ${nested}`] : []),
    ...(phone ? [`6 ${phone}`, `8 ${phone}`] : []),
    ...ofRows(list ?? null),
  ]);
  return { lines: lines.join(''), notes: new Set(notes) };
}

const id = fc.oneof(fc.stringMatching(/^[A-Z0-9]{1,12}$/), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }));
const message = fc.record({ from: fc.record({ contactId: fc.oneof(id, fc.integer(), fc.constant(null)), type: id }), text: fc.string({ unit: 'grapheme' }) });
const chat = fc.array(message).map((all) => JSON.stringify(all, null, all.length % 3));
const addresses = fc.array(fc.record({ address: id, personal: id }), { maxLength: 3 }).map((all) => JSON.stringify(all));
const inRow = fc.oneof(id, id, fc.constant(''), fc.constant(null), fc.integer(), fc.boolean());
const listed = fc.record({
  before: fc.oneof(id, fc.constant(null), fc.constantFrom('},{', '"id":"x"', '\\', '\\"')),
  id: inRow,
  other: fc.oneof(fc.integer(), fc.boolean(), fc.constant('a "quoted" one'), fc.array(id, { maxLength: 1 })),
  name: fc.constantFrom('E-mail ä', 'Phone', 'Phone ', '', null, 5),
  value: inRow,
});
const lists = fc.array(listed, { maxLength: 4 }).map((all) => JSON.stringify(all, null, all.length % 2));
const row = fc.tuple(
  fc.option(id),
  fc.option(fc.oneof(chat, fc.constant('no JSON, "contactId": "\\q'))),
  fc.option(addresses),
  fc.option(addresses),
  fc.string(),
  fc.option(id),
  fc.option(lists),
);

describe('what the kernel tells beside the lines', () => {
  it('is every value that a line or a hidden column has, however the wire is cut, and the lines stay what they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), fc.integer({ min: 1, max: 400 }), async (rows, cut) => {
        const [made, wanted] = [await told(rows, cut), expected(rows)];
        expect(made.lines).toBe(wanted.lines);
        const found = new Set(made.notes);
        expect([...wanted.notes].filter((one) => !found.has(one))).toEqual([]);
        // In a text that is no JSON there may be more.
        expect([...found].filter((one) => !wanted.notes.has(one) && !one.startsWith('2 '))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is each value once, as long as it is remembered, also over several files', async () => {
    const notes: string[] = [];
    const note = listenerOf(notes);
    for (let file = 0; file < 2; file += 1) {
      const transcoder = await openTranscoder(COLUMNS, false, note);
      transcoder.push(
        wireOf(Array.from({ length: 1_000 }, (_, at) => [`C${at % 10}`, null, '[{"address":"a@b"},{"address":"c@d"}]', null, '', null, '[{"id":"R1"}]'])),
        () => undefined,
      );
      transcoder.finish();
    }
    expect(notes.sort()).toEqual([...Array.from({ length: 10 }, (_, at) => `1 C${at}`), '3 a@b', '3 c@d', '9 R1'].sort());
  });

  it('of values longer than its memory is read from the lines', async () => {
    const long = 'x'.repeat(400_000);
    const rows: Row[] = [
      ['C1', JSON.stringify([{ from: { contactId: 'FIRST' }, text: long }, { from: { contactId: 'LAST' } }]), null, null, '', '+49', null],
      [
        `${long}C`,
        null,
        `[{"address":"a@b","personal":"${long}"},{"address":"c@d"}]`,
        `[{"strValue":"${long}"}]`,
        long,
        null,
        `[{"id":"R1","name":"${long}"},{"id":"R2"}]`,
      ],
      ['C2', null, null, null, long, null, null],
    ];
    const [made, wanted] = [await told(rows), expected(rows)];
    expect(made.lines === wanted.lines).toBe(true);
    const found = new Set(made.notes);
    expect([...wanted.notes].filter((one) => !found.has(one)).map((one) => one.slice(0, 20))).toEqual([]);
  });

  it('leaves no note behind when there are more than there is room for at once', async () => {
    const rows = Array.from({ length: 40_000 }, (_, at): Row => [`contact-${at}`, null, null, null, '', `phone-${at}`, null]);
    const { notes } = await told(rows);
    expect(new Set(notes).size).toBe(120_000);
  });

  it('is nothing where nobody listens; what is hidden stays hidden, of the twin as well', async () => {
    const rows = Array.from({ length: 30_000 }, (_, at): Row => [`contact-${at}`, null, '[]', null, 'text', `phone-${at}`, '[{"id":"R1"}]']);
    const linesOf = (transcoder: Transcoder): string => {
      const batches: Uint8Array[] = [];
      transcoder.push(wireOf(rows), ({ bytes }) => void batches.push(bytes));
      const last = transcoder.finish();
      return Buffer.concat([...batches, ...(last ? [last.bytes] : [])]).toString();
    };
    const { lines } = expected(rows);
    expect(linesOf(await openTranscoder(COLUMNS)) === lines).toBe(true);
    expect(linesOf(openPlainTranscoder(COLUMNS)) === lines).toBe(true);
  });

  it('is told anew when a listener left before, of whom nothing is known any more', async () => {
    const notes: string[] = [];
    const note = listenerOf(notes);
    const read = async (): Promise<void> => {
      const transcoder = await openTranscoder(COLUMNS, false, note);
      transcoder.push(wireOf([['C1', null, null, null, '', null, null]]), () => undefined);
      transcoder.finish();
    };
    await read();
    await read();
    expect(notes).toEqual(['1 C1']);
    forgetListener(note);
    await read();
    expect(notes).toEqual(['1 C1', '1 C1']);
  });

  it('leaves neither the key nor anybody who was told in the memory of the kernel', async () => {
    const kernel = await openKernel();
    const bench = { kernel, memory: new Uint8Array(kernel.memory.buffer), words: new Uint32Array(kernel.memory.buffer) };
    kernel.reset();
    toldTo(bench, null);
    const before = Buffer.from(bench.memory);
    const key = Buffer.from(Array.from({ length: 32 }, (_, at) => 200 - at * 3));
    const note: Listener = { ...listenerOf([]), hashing: { key, meanings: [{ form: 'asItIs', prefix: 'tenant|' }] }, tellHashes: () => undefined };
    toldTo(bench, note);
    const scheduled = [key.readUInt32BE(0) ^ 0x5c5c5c5c, key.readUInt32BE(0) ^ 0x36363636].map((word) => word >>> 0);
    expect(bench.words.filter((word) => scheduled.includes(word)).length).toBe(0);
    const column = { name: 'contact', kind: 'text', noted: { values: [0, 1] } } as const;
    bench.memory.set(Buffer.from('{"contact":'), kernel.namePointer());
    kernel.addColumn(8, 11);
    kernel.noteColumn(1, 3, 0);
    const wire = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'), Buffer.from([0, 1, 0, 0, 0, 3]), Buffer.from('Ada')]);
    const head = Buffer.from('d\0\0\0\0', 'latin1');
    head.writeUInt32BE(wire.length + 4, 1);
    bench.memory.set(Buffer.concat([head, wire]), kernel.rawPointer());
    kernel.feed(head.length + wire.length);
    kernel.transcode();
    kernel.hashWaiting();
    expect(bench.memory.subarray(kernel.notesPointer()).subarray(8, 11)).toEqual(new Uint8Array(Buffer.from('Ada')));
    expect(bench.memory[kernel.hashesPointer()]).not.toBe(0);
    tellNotes(bench, [column], note);
    toldTo(bench, null);
    // Where the lines are made comes behind all that is noted; what stands there is another matter.
    const end = kernel.rawPointer();
    expect(end).toBeGreaterThan(Math.max(kernel.notesPointer(), kernel.hashesPointer()));
    expect(before.subarray(0, end).compare(bench.memory.subarray(0, end))).toBe(0);
  });
});
