import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newStanding, transfer } from '../../web/downloads/transfer.ts';
import { openSlowLine, type SlowLine } from '../e2e/support/slow-line.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { Recipients } from '../support/recipients.ts';
import { storeSparse } from '../support/stored-artifact.ts';
import { fillTenant } from '../support/tenant.ts';

/** The web app's download against the real server over a line that breaks again and again. Long form: UDM_TEST_LONG=1, 5 GB. */

const LONG = process.env['UDM_TEST_LONG'] === '1';
const SIZE = LONG ? 5_000_000_123 : 12_000_123;
const CUTS = LONG ? 40 : 4;
const MARK_EVERY = LONG ? 50_000_000 : 100_000;

const files = new Recipients();
let door: Door;
let line: SlowLine;
let headers: Record<string, string>;
let artifact: { id: string; sha256: string };

beforeAll(async () => {
  door = await openDoor();
  const { ids } = await fillTenant(door.app, door.actor, files.make().certificate);
  artifact = await storeSparse(door.app, door.actor, { runId: ids.run, part: 2, bytes: SIZE, markEvery: MARK_EVERY, hash: true });
  const server = await door.listen();
  headers = server.headers;
  line = await openSlowLine(`http://127.0.0.1:${server.port}`);
}, 300_000);

afterAll(async () => {
  await line?.close();
  await door?.close();
  files.remove();
});

it(
  'survives every cut, asks for each byte once more at most, and is on record once',
  async () => {
    const standing = newStanding(SIZE);
    const seen = createHash('sha256');
    const ranges: (string | undefined)[] = [];
    let cuts = 0;
    let next = SIZE / (CUTS + 1);
    const memory = process.memoryUsage().rss;
    let most = 0;
    await transfer({
      wanted: { path: `/api/artifacts/${artifact.id}/content`, bytes: SIZE, sha256: artifact.sha256 },
      standing,
      sink: {
        write: async (chunk, position) => {
          expect(position).toBe(standing.received);
          seen.update(chunk);
        },
        restart: () => Promise.reject(new Error('A cut is no reason to begin anew.')),
        finish: async () => {},
        discard: async () => {},
      },
      signal: new AbortController().signal,
      onBytes: () => {
        most = Math.max(most, process.memoryUsage.rss() - memory);
        // Only when the cut before has been felt: some bytes of it were on their way still.
        if (standing.received < next || cuts >= CUTS || ranges.length <= cuts) return;
        cuts += 1;
        next = ((cuts + 1) * SIZE) / (CUTS + 1);
        line.cut();
      },
      onCut: () => {},
      wait: async () => {},
      open: async (method, address, options) => {
        ranges.push(options.headers?.['range']);
        // Only a little more than up to the next cut may be on its way: else the last cut could come when all has passed.
        line.allow(cuts < CUTS ? Math.ceil(next) - standing.received + 65_536 : Number.POSITIVE_INFINITY);
        return fetch(line.url + address, { method, headers: { ...headers, ...options.headers }, signal: options.signal });
      },
    });
    expect(cuts).toBe(CUTS);
    expect(standing.received).toBe(SIZE);
    expect(seen.digest('hex')).toBe(artifact.sha256);
    expect(ranges[0]).toBeUndefined();
    // Each goes on behind the one before.
    const starts = ranges.slice(1).map((range) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1]));
    expect(starts.length).toBeGreaterThanOrEqual(CUTS);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    const acts = await withClient(await superuserOf(door.app.dataFolder), (client) =>
      client.query(`SELECT detail FROM audit_log WHERE action = 'artifact.downloaded' AND object_id = $1`, [artifact.id]),
    );
    expect(acts.rows).toEqual([{ detail: {} }]);
    if (LONG) console.log(`${SIZE} bytes, ${cuts} cuts, ${ranges.length} requests; at most ${Math.round(most / 1_000_000)} MB more memory`);
    if (LONG) expect(most).toBeLessThan(400_000_000);
  },
  LONG ? 1_200_000 : 60_000,
);
