import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCliHere } from '../support/cli.ts';
import { cliSession } from '../support/cli-session.ts';
import { prepareDraft } from '../support/draft.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';
import { endProcess, startServe } from '../support/serve.ts';
import { runUdm } from '../support/udm.ts';

/** Schedules, previews and changes of jobs on the command line, against a real UDM whose clock the test sets. */

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
beforeEach(async () => {
  // Sunday, 2026-03-01T10:00Z.
  await planned.clear();
});

const { command, document, refusal, answering } = cliSession(() => planned.door.app.dataFolder);

const NIGHTLY = ['--source', 'UCSX', '--type', 'Interaction', '--daily', '06:00', '--time-zone', 'Europe/Berlin'];
const create = (...more: string[]) => document('job', 'create', '--title', 'Nightly', ...NIGHTLY, ...more);

/** A suspended hourly job with three suppressed runs (11:00, 12:00, 13:00). */
async function suppressedJob(missedRuns = 'latest'): Promise<string> {
  const { id } = await planned.make({ missedRuns });
  expect((await command('job', 'suspend', id)).stdout).toMatch(/^Suspended\./);
  for (const time of ['11:00', '12:00', '13:00', '13:30']) await planned.tick(time);
  expect((await planned.job(id)).suppressedRuns).toBe(3);
  return id;
}

describe('job create', () => {
  it('makes every kind of schedule, stored as instants, since the previous run when it repeats', async () => {
    expect(await create('--missed', 'all', '--end', '2026-06-01T00:00')).toMatchObject({
      run: { kind: 'daily', time: '06:00', start: '2026-03-01T10:00:00Z', end: '2026-05-31T22:00:00Z' },
      range: { kind: 'since_previous', dataFrom: 'start' },
      timeZone: 'Europe/Berlin',
      missedRuns: 'all',
      state: 'active',
      nextRunAt: '2026-03-02T05:00:00.000Z',
    });
    const of = ['job', 'create', '--title', 'x', '--source', 'UCSX', '--type', 'Interaction'];
    expect(await document(...of, '--hourly', '6', '--minute', '30', '--data-from', 'all')).toMatchObject({
      run: { kind: 'hourly', every: 6, minute: 30 },
      range: { kind: 'since_previous', dataFrom: 'all' },
      nextRunAt: '2026-03-01T12:30:00.000Z',
    });
    expect(await document(...of, '--weekly', 'mon,wed', '--at', '23:00', '--last', '1 week', '--calendar')).toMatchObject({
      run: { kind: 'weekly', weekdays: [1, 3], time: '23:00' },
      range: { kind: 'last', count: 1, unit: 'week', calendar: true },
    });
    expect(await document(...of, '--monthly', 'last', '--at', '00:00', '--all-data')).toMatchObject({
      run: { kind: 'monthly', day: 'last' },
      range: { kind: 'all' },
    });
    expect(await document(...of, '--once-at', '2026-03-29T02:30', '--time-zone', 'Europe/Kiev')).toMatchObject({
      run: { kind: 'once', at: '2026-03-29T00:30:00Z' },
      timeZone: 'Europe/Kyiv',
      range: { kind: 'all' },
      state: 'active',
    });
  });

  it('says on the terminal what the author should know', async () => {
    const made = await command(
      'job',
      'create',
      '--title',
      'Ends',
      '--source',
      'UCSX',
      '--type',
      'Interaction',
      '--monthly',
      '31',
      '--at',
      '06:00',
      '--last',
      '1 day',
    );
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/schedule +Every month on day 31 at 06:00 \(UTC\); months without that day are skipped/);
    expect(made.stdout).toMatch(/Note: This job does not run in .*April 2026/);
    expect(made.stdout).toMatch(/Note: Some data would be in no run/);
  });

  it('names every value that is wrong at once, and the flag of each', async () => {
    const wrong = [
      '--title',
      'x',
      '--source',
      'UCSX',
      '--type',
      'Interaction',
      '--hourly',
      '24',
      '--minute',
      '1e1',
      '--time-zone',
      '+02:00',
      '--missed',
      'some',
    ];
    const { code, error } = await refusal('job', 'create', ...wrong, '--end', '2020-01-01', '--last', '0 fortnights');
    expect(code).toBe(2);
    const codes = ['time_zone.unknown', 'every.range', 'minute.range', 'timestamp.invalid', 'range.value', 'range.unit', 'missed_runs.invalid'];
    expect(error.problems.map((one: { code: string }) => one.code)).toEqual(codes);
    const text = (await command('job', 'create', ...wrong)).stderr;
    expect(text).toMatch(/ {2}run\.every \(--hourly\): .*\(every\.range; given: 24; allowed: \{"min":1,"max":23\}\)/);
    expect(text).toContain('missedRuns (--missed)');
  });

  it('refuses flags that contradict each other, by name: exit code 2', async () => {
    for (const [args, names] of [
      [['--hourly', '2'], '--hourly, --daily'],
      [['--wait'], '--wait'],
      [['--minute', '3'], '--minute'],
    ] as const) {
      expect(await refusal('job', 'create', '--title', 'x', ...NIGHTLY, ...args)).toMatchObject({ code: 2, error: { code: 'usage', field: names } });
    }
  });
});

describe('job preview', () => {
  it('shows the next runs with windows and clock changes, and what a year covers', async () => {
    const flags = ['--daily', '02:30', '--time-zone', 'Europe/Berlin', '--start', '2026-03-28T00:00', '--last', '12 hours', '--count', '2'];
    const shown = await command('job', 'preview', ...flags);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('Every day at 02:30 (Europe/Berlin), from 28 March 2026 at 00:00\n');
    expect(shown.stdout).toMatch(/2026-03-28 02:30 +2026-03-28T01:30:00Z +2026-03-27T13:30:00Z +2026-03-28T01:30:00Z\n/);
    expect(shown.stdout).toMatch(/2026-03-29 03:00 +2026-03-29T01:00:00Z .* clocks skip this time: runs when they have jumped\n/);
    expect(shown.stdout).toContain('In a year no run would cover:\n');
    expect(shown.stdout).toMatch(/ {2}and \d+ more\n/);
    const { runs, year } = await document('job', 'preview', ...flags);
    expect(runs).toHaveLength(2);
    expect(year).toMatchObject({ twice: [], never: expect.objectContaining({ length: 100 }) });
  });

  it('of a job, and of what an edit would make of it; nothing is changed by looking', async () => {
    const { id } = await create();
    expect((await document('job', 'preview', id)).runs[0]).toMatchObject({
      at: '2026-03-02T05:00:00Z',
      window: { from: '2026-03-01T10:00:00Z', to: '2026-03-02T04:55:00Z' },
    });
    const edited = await document('job', 'preview', id, '--at', '07:00', '--type', 'Contact');
    expect(edited).toMatchObject({ sentence: 'Every day at 07:00 (Europe/Berlin)', runs: [{ at: '2026-03-02T06:00:00Z' }, {}, {}, {}, {}] });
    // Of what was never exported nothing is exported again.
    expect(edited.year.startsNewChain).toBe(false);
    await planned.tick('2026-03-02T05:00:00Z');
    await planned.work();
    expect((await command('job', 'preview', id, '--type', 'Contact')).stdout).toContain('This starts anew');
    expect(await planned.job(id)).toMatchObject({ version: 1, type: 'Interaction' });
    expect(await refusal('job', 'preview')).toMatchObject({ code: 2, error: { code: 'usage' } });
    expect(await refusal('job', 'preview', UNKNOWN)).toMatchObject({ code: 4 });
  });
});

describe('a job that is there', () => {
  it('is edited in what is named, cloned, suspended and deleted', async () => {
    const { id } = await create('--entity-type', 'Chat', '--description', 'old');
    const edited = await document('job', 'edit', id, '--at', '07:15', '--description', '');
    expect(edited).toMatchObject({
      version: 2,
      title: 'Nightly',
      description: '',
      entityTypes: ['Chat'],
      run: { kind: 'daily', time: '07:15', start: '2026-03-01T10:00:00Z', end: null },
      nextRunAt: '2026-03-02T06:15:00.000Z',
    });
    expect(await document('job', 'edit', id, '--hourly', '4', '--entity-type', 'all')).toMatchObject({
      version: 3,
      entityTypes: 'all',
      run: { every: 4, minute: 0 },
    });
    expect(await refusal('job', 'edit', id)).toMatchObject({ code: 2, error: { value: 'nothing to change' } });
    expect(await refusal('job', 'edit', id, '--at', '07:00')).toMatchObject({ code: 2, error: { field: '--at' } });
    expect(await document('job', 'clone', id, '--title', 'Copy')).toMatchObject({ title: 'Copy', run: { every: 4 }, version: 1 });
    expect(await document('job', 'suspend', id)).toMatchObject({ state: 'suspended', nextRunAt: null });
    expect(await document('job', 'delete', id)).toEqual({ deleted: id });
    for (const act of [['show'], ['suspend'], ['resume'], ['delete'], ['edit', '--title', 'x'], ['clone', '--title', 'x']]) {
      expect(await refusal('job', act[0] as string, id, ...act.slice(1)), act.join(' ')).toMatchObject({ code: 4, error: { code: 'not_found' } });
    }
  });

  it('that has run once is not edited, and not resumed: exit code 5', async () => {
    const { id } = await document('job', 'create', '--title', 'Once', '--source', 'UCSX', '--type', 'Interaction');
    expect(await refusal('job', 'edit', id, '--title', 'x')).toMatchObject({ code: 5, error: { code: 'job.already_submitted' } });
    expect(await refusal('job', 'resume', id)).toMatchObject({ code: 5, error: { code: 'job.not_resumable' } });
    expect(await refusal('job', 'delete', id)).toMatchObject({ code: 5, error: { code: 'job.in_progress' } });
  });

  it('is listed with schedule and next run, and shown with all it has', async () => {
    const { id } = await create('--end', '2026-06-01T00:00');
    const list = (await command('job', 'list')).stdout;
    expect(list).toMatch(/TITLE +STATE +SCHEDULE +NEXT RUN/);
    expect(list).toMatch(/Nightly +active +Every day at 06:00 \(Europe\/Berlin\), until 1 June 2026 at 00:00 +2026-03-02T05:00:00.000Z/);
    const shown = (await command('job', 'show', id)).stdout;
    for (const line of [
      /end +2026-05-31T22:00:00Z \(1 June 2026 at 00:00, Europe\/Berlin\)/,
      /range +what is new since the previous run, beginning with the job's start/,
      /missed runs +run the latest only/,
      /next run +2026-03-02T05:00:00.000Z \(2 March 2026 at 06:00, Europe\/Berlin\)/,
      /allowed now +edit, suspend, delete/,
    ]) {
      expect(shown).toMatch(line);
    }
    await planned.tick('2026-03-02T05:00:00Z');
    await planned.work();
    expect((await command('job', 'show', id)).stdout).toMatch(/exported up to +2026-03-02T04:55:00/);
    expect((await command('run', 'list')).stdout).toMatch(/succeeded +schedule +2026-03-02T05:00:00.000Z/);
  });

  it('is one of many: a list says that it goes on, and --all shows every row', async () => {
    const { id } = await create();
    await planned.sql(
      `INSERT INTO export_job (tenant_id, user_id, title, description, source_id, type, run, date_range, state)
       SELECT tenant_id, user_id, 'Copy ' || n, '', source_id, type, run, date_range, 'suspended' FROM export_job, generate_series(1, 210) n WHERE id = $1`,
      [id],
    );
    const { stdout, stderr } = await command('job', 'list');
    expect(stdout.trim().split('\n')).toHaveLength(101);
    expect(stderr).toMatch(/^100 rows; there are 211\. Go on with --cursor \S+, or see every one with --all/);
    const cursor = /--cursor (\S+),/.exec(stderr)?.[1] as string;
    const rest = JSON.parse((await command('job', 'list', '--cursor', cursor, '--limit', '1000', '--json')).stdout);
    expect(rest).toMatchObject({ total: { count: 211, exact: true }, next: null, previous: expect.any(String) });
    expect(rest.items).toHaveLength(111);
    const sorted = JSON.parse((await command('job', 'list', '--sort', '-title', '--limit', '2', '--json')).stdout);
    expect(sorted.items.map((one: { title: string }) => one.title)).toEqual(['Nightly', 'Copy 99']);
    expect(await refusal('job', 'list', '--sort', 'colour')).toMatchObject({ code: 2, error: { problems: [{ code: 'query.invalid', field: 'sort' }] } });
    const all = await command('job', 'list', '--all', '--json');
    expect(new Set(JSON.parse(all.stdout).items.map((one: { id: string }) => one.id)).size).toBe(211);
    expect(all.stderr).toBe('');
    expect(await refusal('job', 'list', '--all', '--limit', '2')).toMatchObject({ code: 2, error: { field: '--limit, --all' } });
    for (const kind of ['run', 'artifact'])
      expect(await document(kind, 'list', '--all')).toEqual({ items: [], total: { count: 0, exact: true }, next: null, previous: null });
  });
});

describe('job resume', () => {
  const statusesOf = async (id: string) => (await planned.runs(id)).map((run) => `${run.at} ${run.status}`);

  it('takes the answer of --missed, and says what it did', async () => {
    const id = await suppressedJob();
    expect(await command('job', 'resume', id, '--missed', 'all')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Runs that the suspension suppressed: 3; all of them run now\.\nResumed\. Next run: 2026-03-01T14:00:00\.000Z/),
    });
    expect(await statusesOf(id)).toEqual(['11:00 queued', '12:00 scheduled', '13:00 scheduled']);
    expect((await command('job', 'resume', id)).stdout).toBe('The job is active already.\n');
    await planned.clear();
    expect(await refusal('job', 'resume', await suppressedJob(), '--missed', 'some')).toMatchObject({ code: 2, error: { code: 'missed_runs.invalid' } });
  });

  it('without a terminal follows the policy of the job, and says so', async () => {
    const id = await suppressedJob('none');
    expect((await command('job', 'resume', id)).stdout).toContain('suppressed: 3; none of them runs (the policy of the job; choose with --missed).\n');
    expect(await statusesOf(id)).toEqual(['11:00 suppressed', '12:00 suppressed', '13:00 suppressed']);
  });

  it('on a terminal asks', async () => {
    const id = await suppressedJob('none');
    const asked = await answering('l\n', 'job', 'resume', id);
    expect(asked.stderr).toContain('3 runs came due while the job was suspended. Which to run now? [all/latest/NONE] ');
    expect(asked.stdout).toContain('suppressed: 3; the latest of them runs now.\n');
    expect(await statusesOf(id)).toEqual(['11:00 suppressed', '12:00 suppressed', '13:00 queued']);
  });

  it('that is broken off at the question changes nothing', async () => {
    const id = await suppressedJob();
    for (const typed of ['', '\u0003', 'maybe\n']) {
      const broken = await answering(typed, 'job', 'resume', id);
      expect(broken).toMatchObject({ code: 2, stdout: '' });
      expect(broken.stderr).toContain('the job is still suspended');
    }
    expect((await planned.job(id)).state).toBe('suspended');
  });

  it('of a suspension without suppressed runs asks nothing', async () => {
    const { id } = await planned.make();
    await command('job', 'suspend', id);
    expect(await answering('', 'job', 'resume', id)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Resumed\./) });
  });
});

describe('sources', () => {
  it('have a settle lag that is listed; one out of range is refused before anything happens', async () => {
    expect((await command('source', 'list')).stdout).toMatch(/NAME +KIND .*SETTLE LAG .*TYPES\n.*IWD +postgres .* 300 s/);
    const folder = await mkdtemp(path.join(tmpdir(), 'udm-lag-'));
    try {
      const password = path.join(folder, 'password');
      await writeFile(password, 'x', { mode: 0o600 });
      const add = [
        'source',
        'add',
        'X',
        '--catalog',
        'ucsx',
        '--host',
        '127.0.0.1',
        '--port',
        '1',
        '--database',
        'x',
        '--db-user',
        'x',
        '--password-file',
        password,
      ];
      for (const lag of ['-1', '2678401', '1.5', 'x']) expect(await refusal(...add, '--settle-lag', lag)).toMatchObject({ code: 2, error: { code: 'usage' } });
      expect(await refusal(...add, '--settle-lag', '2678400')).toMatchObject({ code: 6, error: { code: 'source.unreachable' } });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('without a server', () => {
  it('resume counts the runs that came due while nobody planned', async () => {
    const udm = await startServe();
    try {
      await prepareDraft(udm, files.make().certificate);
      const guest = await udm.guest();
      const clock = await fakeClock(guest, '2026-03-01T10:00:00Z');
      await guest.stop();
      const made = await runCliHere(['job', 'create', '--title', 'Alone', '--source', 'UCSX', '--type', 'Interaction', '--hourly', '1', '--json'], udm.dataDir);
      expect(made.code, made.stderr).toBe(0);
      const { id } = JSON.parse(made.stdout);
      expect((await runCliHere(['job', 'suspend', id], udm.dataDir)).code).toBe(0);
      // PostgreSQL outlives it, so that its clock can be set.
      await endProcess(udm.process, 'SIGKILL');
      await clock.set('2026-03-01T14:30:00Z');
      const resumed = await runUdm(['job', 'resume', id], udm.dataDir);
      expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining('suppressed: 4; the latest of them runs now (the policy of the job') });
      expect(resumed.stderr).toContain('UDM is not running: runs begin while "udm serve" runs.');
    } finally {
      await udm.stop();
    }
  });
});
