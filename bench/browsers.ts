/**
 * Open browsers: so many signed-in listeners of /api/events at a real `udm serve`, first with nothing happening, then with one run that goes
 * on and tells so twice a second. What counts is the processor time of the server's process, against 5 % of a core.
 */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../test/support/api.ts';
import { superuserOf, withClient } from '../test/support/database-text.ts';
import { prepareDraft } from '../test/support/draft.ts';
import { insertRuns } from '../test/support/list-rows.ts';
import { Recipients } from '../test/support/recipients.ts';
import { type ServedUdm, startServe } from '../test/support/serve.ts';
import type { Report, Result } from './export.ts';
import { MOST_STREAMS } from '../src/http/stream-places.ts';
import { peakOf } from './measure.ts';
import { note } from './workbench.ts';

const SECONDS = 30;
const LIMIT = 0.05;
const TICKS_PER_SECOND = 100;

export async function benchBrowsers(browsers: number): Promise<Report> {
  const udm = await startServe();
  const recipients = new Recipients();
  try {
    await prepareDraft(udm, recipients.make().certificate);
    const client = await ApiClient.signedIn(udm.url, udm.password);
    const alone = await share(udm);
    const open = [];
    for (let at = 0; at < browsers; at += MOST_STREAMS) {
      const { session } = at === 0 ? client : await ApiClient.signedIn(udm.url, udm.password);
      const several = Array.from({ length: Math.min(MOST_STREAMS, browsers - at) }, () => listen(udm.url, session['cookie'] as string));
      open.push(...(await Promise.all(several)));
    }
    await sleep(2_000);
    const idle = await share(udm);
    const busy = await whileRunning(udm, () => share(udm));
    const heard = open.reduce((sum, one) => sum + one.events(), 0);
    for (const one of open) one.close();
    note(`of a core: ${percent(alone)} without browsers, ${percent(idle)} with ${browsers} and nothing happening, ${percent(busy)} with a run that goes on`);
    if (idle > LIMIT) note(`OVER ${percent(LIMIT)} of a core`);
    if (heard < browsers * 10) throw new Error(`The browsers heard ${heard} events only.`);
    const result = (name: string, part: number): Result => ({ name, rows: browsers, seconds: part * SECONDS, peakMB: peakOf(udm.process.child.pid as number) });
    return { results: [result('no browser, 30 s', alone), result('idle browsers, 30 s', idle), result('one run going, 30 s', busy)] };
  } finally {
    recipients.remove();
    await udm.stop();
  }
}

/** The part of a core that the server uses over half a minute. */
async function share({ process: { child } }: ServedUdm): Promise<number> {
  const before = processorSeconds(child.pid as number);
  await sleep(SECONDS * 1_000);
  return (processorSeconds(child.pid as number) - before) / SECONDS;
}

/** User and system time of a process, all its threads. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function whileRunning<T>(udm: ServedUdm, work: () => Promise<T>): Promise<T> {
  return withClient(await superuserOf(udm.dataDir), async (database) => {
    const { id: tenantId } = (await database.query(`SELECT id FROM tenant WHERE name = 'default'`)).rows[0];
    const [run] = await insertRuns(database, tenantId, 0, 1);
    let going = true;
    const progress = (async () => {
      while (going) {
        await database.query(`UPDATE run SET rows_done = rows_done + 1 WHERE id = $1`, [run]);
        await database.query(`SELECT pg_notify('udm_run', $1)`, [`${tenantId} ${run}`]);
        await sleep(500);
      }
    })();
    try {
      return await work();
    } finally {
      going = false;
      await progress;
    }
  });
}

async function listen(url: string, cookie: string): Promise<{ events(): number; close(): void }> {
  const { hostname, port } = new URL(url);
  const request = http.get({ hostname, port, path: '/api/events', headers: { cookie, accept: 'text/event-stream' }, agent: false });
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      if (response.statusCode !== 200) reject(new Error(`/api/events answered ${response.statusCode}.`));
      let events = 0;
      response.on('data', (chunk: Buffer) => {
        events += chunk.toString().split('event: run').length - 1;
      });
      response.on('error', () => {});
      resolve({ events: () => events, close: () => request.destroy() });
    });
  });
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
