import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cliSession } from '../support/cli-session.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** Acts on many jobs on the command line: what it says before, what it asks, what it does. */

const files = new Recipients();
let udm: Planned;

beforeAll(async () => {
  udm = await openPlanned(files.make().certificate);
});
afterAll(async () => {
  await udm?.close();
  files.remove();
});
beforeEach(() => udm.clear());

const { command, document, refusal, answering } = cliSession(() => udm.door.app.dataFolder);
const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';

async function make(...titles: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const title of titles) {
    ids.push((await udm.make({ title, range: { kind: 'all' } })).id);
    await udm.clock.advance(1_000);
  }
  return ids;
}
const states = async () => Object.fromEntries((await udm.sql('SELECT title, state FROM export_job')).map((job) => [job['title'], job['state']]));

describe('several jobs', () => {
  it('are told of by --dry-run, which changes nothing', async () => {
    const [first] = await make('Calls', 'Chats', 'Mails');
    await command('job', 'suspend', first as string);
    const { code, stdout } = await command('job', 'suspend', '--all', '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '2 of 3 jobs would be suspended.\n  left out: 1 (job.suspended_already) This job is suspended already. “Calls”\n',
    });
    expect(await document('job', 'suspend', '--all', '--dry-run')).toMatchObject({ dryRun: true, total: 3, done: 2, left: 0 });
    expect(await states()).toEqual({ Calls: 'suspended', Chats: 'active', Mails: 'active' });
    // One id too.
    expect((await command('job', 'delete', first as string, '--dry-run')).stdout).toBe('1 of 1 job would be deleted.\n');
  });

  it('are acted on with --yes, by ids or by what filters find', async () => {
    const ids = await make('Calls north', 'Calls south', 'Mails');
    expect((await command('job', 'suspend', '--all', '--text', 'calls', '--yes')).stdout).toBe('2 of 2 jobs suspended.\n');
    expect(await states()).toEqual({ 'Calls north': 'suspended', 'Calls south': 'suspended', 'Mails': 'active' });
    expect(await document('job', 'resume', '--all', '--state', 'suspended', '--missed', 'none', '--yes')).toMatchObject({ action: 'resume', done: 2 });
    expect(await document('job', 'run', ...ids, '--yes')).toMatchObject({ action: 'run', done: 3, left: 0 });
    expect(await document('job', 'delete', ...ids, UNKNOWN, '--yes')).toMatchObject({
      done: 0,
      skipped: [
        { code: 'job.in_progress', count: 3 },
        { code: 'not_found', count: 1, jobs: [] },
      ],
    });
    await udm.work();
    expect((await command('job', 'delete', '--all', '--source', 'UCSX', '--type', 'Interaction', '--status', 'succeeded,failed', '--yes')).stdout).toBe(
      '3 of 3 jobs deleted.\n',
    );
  });

  it('are asked about where somebody can answer; only "yes" goes on', async () => {
    const ids = await make('Calls', 'Chats');
    const no = await answering('\n', 'job', 'delete', ...ids);
    expect(no.code).toBe(2);
    expect(no.stdout).toBe('2 of 2 jobs will be deleted.\n');
    expect(no.stderr).toMatch(/Go on\? \[yes\/NO\]/);
    expect(Object.keys(await states())).toHaveLength(2);
    const yes = await answering('yes\n', 'job', 'delete', ...ids);
    expect(yes).toMatchObject({ code: 0, stdout: '2 of 2 jobs will be deleted.\n2 of 2 jobs deleted.\n' });
    expect(await states()).toEqual({});
  });

  it('are refused without --yes where nobody can answer', async () => {
    const ids = await make('Calls', 'Chats');
    expect(await refusal('job', 'delete', ...ids)).toMatchObject({ code: 2, error: { code: 'usage', field: '--yes', value: '2 jobs would be deleted' } });
    expect(Object.keys(await states())).toHaveLength(2);
  });

  it.each<[string, string[], object]>([
    ['no id', [], { field: 'id' }],
    ['ids beside --all', [UNKNOWN, '--all'], { field: '--all' }],
    ['a filter without --all', ['--text', 'calls'], { field: '--text' }],
    ['a state that there is not', ['--all', '--state', 'gone'], { field: '--state' }],
    ['a status that there is not', ['--all', '--status', 'gone'], { field: '--status' }],
  ])('of %s are refused as usage, whatever the act', async (_name, flags, error) => {
    for (const act of ['suspend', 'resume', 'delete', 'run'])
      expect(await refusal('job', act, ...flags, '--yes'), act).toMatchObject({ code: 2, error: { code: 'usage', ...error } });
  });

  it('refuse what is no answer about suppressed runs, and waiting for more than one', async () => {
    expect(await refusal('job', 'resume', '--all', '--missed', 'some', '--yes')).toMatchObject({ code: 2, error: { code: 'usage', field: '--missed' } });
    expect(await refusal('job', 'run', '--all', '--wait', '--yes')).toMatchObject({ code: 2, error: { code: 'usage', field: '--wait' } });
  });
});

describe('one job', () => {
  it('is acted on as before: no question, and its own words', async () => {
    const [id] = (await make('Calls')) as [string];
    expect((await command('job', 'suspend', id)).stdout).toMatch(/^Suspended\. /);
    expect((await command('job', 'resume', id)).stdout).toMatch(/^Resumed\. /);
    expect(await document('job', 'run', id)).toMatchObject({ status: 'queued', trigger: 'run_now' });
    expect(await refusal('job', 'run', id)).toMatchObject({ code: 5, error: { code: 'job.in_progress', value: { run: expect.any(String) } } });
    await udm.work();
    expect(await refusal('job', 'run', id)).toMatchObject({ code: 5, error: { code: 'job.just_run' } });
    expect(await document('job', 'delete', id)).toEqual({ deleted: id });
  });
});
