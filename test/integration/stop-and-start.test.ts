import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunView } from '../../src/contract/run.ts';
import { createJobFor, hasEnded, runUntil, signInTo } from '../support/client.ts';
import { startTestUdm, type TestUdm } from '../support/udm.ts';

let udm: TestUdm;
/** Some rows are read, more are to come: the sample is big enough for a few seconds. */
const isReading = (run: RunView) => run.progress.phase === 'reading' && run.progress.rows > 0;

beforeAll(async () => {
  udm = await startTestUdm({ contacts: 500, interactions: 120_000, days: 60 });
  // From the demo to `udm serve`, whose end leaves the sample contact centre running.
  await udm.kill();
  await udm.restart();
});

afterAll(async () => {
  await udm?.stop();
});

it('a run that is going when UDM is stopped begins again at the next start, and the stop does not count as an attempt', async () => {
  const before = await signInTo(udm.url, udm);
  const runId = (await createJobFor(before)).lastRun?.id as string;
  await runUntil(before, runId, isReading);
  await udm.interrupt();
  await udm.restart();
  const after = await signInTo(udm.url, udm);
  const run = await runUntil(after, runId, hasEnded);
  expect(run.status, JSON.stringify(run.error)).toBe('succeeded');
  expect(run.attempt).toBe(1);
});

it('a cancelled run ends as cancelled within seconds and lists nothing', async () => {
  const client = await signInTo(udm.url, udm);
  const runId = (await createJobFor(client)).lastRun?.id as string;
  await runUntil(client, runId, isReading);
  await client.json('POST', `/api/runs/${runId}/cancel`);
  const run = await runUntil(client, runId, hasEnded, 15);
  expect(run.status).toBe('cancelled');
  expect(run.fileNames).toEqual([]);
});
