import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cliSession } from '../support/cli-session.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** What can be done with runs on the command line, against a real UDM whose clock the test sets. */

const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';
const files = new Recipients();
let planned: Planned;

beforeAll(async () => {
  planned = await openPlanned(files.make().certificate);
});
afterAll(async () => {
  await planned?.close();
  files.remove();
});
beforeEach(() => planned.clear());

const { command, document, refusal } = cliSession(() => planned.door.app.dataFolder);

async function failedRun(): Promise<string> {
  const { id } = await planned.make();
  await planned.tick('11:00');
  planned.source.failing = true;
  await planned.work();
  planned.source.failing = false;
  return (await planned.runs(id))[0]?.id as string;
}

describe('udm run', () => {
  it('shows a run with whose affair its cause is, its attempts, settings and what happened around it', async () => {
    const id = await failedRun();
    expect(await document('run', 'show', id)).toMatchObject({
      id,
      status: 'failed',
      error: { code: 'source.unreachable', fault: 'source' },
      attempts: [{ attempt: 1, outcome: 'failed', phases: [{ phase: 'connecting' }] }],
      settings: { title: 'Calls', sentence: expect.stringContaining('hour') },
      timeline: expect.arrayContaining([expect.objectContaining({ action: 'job.created', actor: 'admin' })]),
    });
    const { stdout } = await command('run', 'show', id);
    for (const part of ['Who can mend it: the source.', `udm run retry ${id}`, 'source.unreachable', 'connecting', 'this run: failed', 'job.created'])
      expect(stdout).toContain(part);
    expect(stdout).toMatch(/^file +a single one, fast$/m);
  });

  it('retries it once, and says why it will not a second time', async () => {
    const id = await failedRun();
    expect(await document('run', 'retry', id)).toMatchObject({ id, status: 'queued', retries: 1 });
    expect(await refusal('run', 'retry', id)).toMatchObject({ code: 5, error: { code: 'run.in_progress', value: 'queued' } });
    expect(await refusal('run', 'delete', id)).toMatchObject({ code: 5, error: { code: 'run.in_progress' } });
    await planned.work();
    expect(await refusal('run', 'retry', id)).toMatchObject({ code: 5, error: { code: 'run.not_retryable', value: 'succeeded' } });
    expect((await command('run', 'show', id)).stdout).toContain('No retry: Only a run that failed');
  });

  it('deletes it from the history; what is unknown, or deleted, is not found', async () => {
    const id = await failedRun();
    expect((await command('run', 'delete', id)).stdout).toContain('Taken out of the history.');
    for (const verb of ['show', 'retry', 'delete'])
      for (const one of [id, UNKNOWN]) expect(await refusal('run', verb, one)).toEqual(await refusal('run', 'show', UNKNOWN));
    expect((await document('run', 'list')).items).toEqual([]);
  });
});
