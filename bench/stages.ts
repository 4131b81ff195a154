/**
 * The stages of an export alone, each on one core, in interleaved rounds: reading as JSON and in binary, transcoding (kernel and twin)
 * and deflating. `file MB` is what a stage gives; the first ratio is that of its plain bytes.
 */
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { openTranscoder } from '../src/kernel/open-transcoder.ts';
import { openPlainTranscoder } from '../src/kernel/plain-transcoder.ts';
import type { Column, ColumnKind, Transcoder } from '../src/kernel/transcoder.ts';
import { openWasmEngine } from '../src/pipeline/deflate/wasm-engine.ts';
import { openZlibEngine } from '../src/pipeline/deflate/zlib-engine.ts';
import { readCopy } from '../src/sources/postgres/copy-reader.ts';
import { WireSocket } from '../src/sources/postgres/wire-socket.ts';
import type { Report, Result } from './export.ts';
import { median, peakOf } from './measure.ts';
import { note, openWorkbench } from './workbench.ts';

const BLOCK_BYTES = 262_144;
const KINDS: Readonly<Record<string, ColumnKind>> = { text: 'text', int4: 'int4', bool: 'bool', timestamptz: 'timestamptz', jsonb: 'jsonb' };
const TABLE = 'ucsx.interaction';

/** Gives how many bytes it made. */
type Stage = () => number | Promise<number>;

export async function benchStages(interactions: number, rounds: number): Promise<Report> {
  const bench = await openWorkbench();
  const client = new pg.Client({ ...(await bench.fill(interactions)), stream: () => new WireSocket() });
  try {
    await client.connect();
    await client.query("SET TimeZone = 'UTC'; SET jit = off");
    const columns = await columnsOf(client);
    const { wire, json } = await record(client, columns);
    const stages = await stagesOf(client, columns, wire, json);
    const seconds = new Map<string, number[]>();
    const made = new Map<string, number>();
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, stage] of stages) {
        const started = performance.now();
        made.set(name, await stage());
        const taken = (performance.now() - started) / 1_000;
        if (round > 0) seconds.set(name, [...(seconds.get(name) ?? []), taken]);
      }
      note(`round ${round} of ${rounds}`);
    }
    const results = stages.map(([name]): Result => {
      const middle = median(seconds.get(name) ?? []);
      return { name, rows: interactions, seconds: middle, peakMB: peakOf('self'), speed: json.length / 1e6 / middle, fileMB: (made.get(name) ?? 0) / 1e6 };
    });
    return { results };
  } finally {
    await client.end();
    await bench.close();
  }
}

async function stagesOf(client: pg.Client, columns: readonly Column[], wire: readonly Buffer[], json: Buffer): Promise<[string, Stage][]> {
  const engines = [await openWasmEngine('fast'), await openWasmEngine('balanced'), openZlibEngine(1), openZlibEngine(4), openZlibEngine(6)];
  return [
    ['read row_to_json', () => readJson(client)],
    ['read binary, kernel', async () => total(readCopy(client, binary(columns), await openTranscoder(columns)))],
    ['transcode kernel', async () => transcode(await openTranscoder(columns), wire)],
    ['transcode twin', () => transcode(openPlainTranscoder(columns), wire)],
    ...engines.map((engine): [string, Stage] => [`deflate ${engine.name}`, () => deflate(engine, json)]),
  ];
}

async function columnsOf(client: pg.Client): Promise<Column[]> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT a.attname AS name, t.typname AS type FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = '${TABLE}'::regclass AND a.attnum > 0 ORDER BY a.attnum`,
  );
  return rows.map(({ name, type }) => ({ name, kind: KINDS[type] ?? 'text' }));
}

function binary(columns: readonly Column[]): string {
  return `COPY (SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${TABLE}) TO STDOUT (FORMAT binary)`;
}

/** The bytes of the wire as they came, and the JSON of them. */
async function record(client: pg.Client, columns: readonly Column[]): Promise<{ wire: Buffer[]; json: Buffer }> {
  const inner = await openTranscoder(columns);
  const wire: Buffer[] = [];
  const lines: Uint8Array[] = [];
  const recorder: Transcoder = {
    push(bytes, take) {
      const taken = inner.push(bytes, take);
      wire.push(Buffer.from(bytes.subarray(0, taken)));
      return taken;
    },
    finish: () => inner.finish(),
  };
  for await (const { bytes } of readCopy(client, binary(columns), recorder)) lines.push(bytes);
  return { wire, json: Buffer.concat(lines) };
}

async function readJson(client: pg.Client): Promise<number> {
  let size = 0;
  const stream = client.query(copyTo(`COPY (SELECT row_to_json(t) FROM ${TABLE} t) TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`));
  for await (const chunk of stream) size += (chunk as Buffer).length;
  return size;
}

async function total(batches: AsyncIterable<{ readonly bytes: Uint8Array }>): Promise<number> {
  let size = 0;
  for await (const { bytes } of batches) size += bytes.length;
  return size;
}

function transcode(transcoder: Transcoder, wire: readonly Buffer[]): number {
  let size = 0;
  for (const chunk of wire) {
    transcoder.push(chunk, ({ bytes }) => {
      size += bytes.length;
    });
  }
  return size + (transcoder.finish()?.bytes.length ?? 0);
}

function deflate(engine: { deflateBlock(plain: Uint8Array, last: boolean): Uint8Array }, json: Buffer): number {
  let size = 0;
  for (let at = 0; at < json.length; at += BLOCK_BYTES)
    size += engine.deflateBlock(json.subarray(at, at + BLOCK_BYTES), at + BLOCK_BYTES >= json.length).length;
  return size;
}
