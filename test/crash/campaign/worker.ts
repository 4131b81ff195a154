/**
 * A worker of the campaign: a process of UDM's that executes tasks, on a disk that forgets what was not synced, and does to itself what it is told
 * to by its parent. Arguments: a JSON object of what is left out on purpose.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import path from 'node:path';
import { openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { deleteFilesDue } from '../../../src/operations/delete-files.ts';
import type { Services } from '../../../src/operations/services.ts';
import type { ArchiveResult, PartFile } from '../../../src/pipeline/archive.ts';
import { bound, struckAt, tellParent, watchStatements } from '../../support/watched-worker.ts';
import { type DiskBugs, lossyDisk } from './lossy-disk.ts';
import { fillDisk } from './small-disk.ts';
import { type Order, type Plan, type Point, pointOf, type Report } from './plan.ts';

interface Bugs extends DiskBugs {
  /** A worker that lost its run writes all the same. */
  readonly noFence?: boolean;
}

/** An attempt that is watched. */
interface Watched {
  readonly runId: string;
  /** The point of each event so far. */
  readonly trace: Point[];
  readonly begin: Point;
  plan: Plan | null;
}

const bugs = JSON.parse(process.argv[2] ?? '{}') as Bugs;
const config = loadConfig(process.env);
const attempts = new AsyncLocalStorage<Watched>();
let nextPlan: Plan | null = null;

/** Every watched thing that an attempt does goes through here. */
async function pass<T>(event: string, run: () => Promise<T>, cut: () => void = () => {}): Promise<T> {
  const attempt = attempts.getStore();
  if (!attempt) return run();
  const at = attempt.trace.length;
  const point = pointOf(event, attempt.trace.at(-1) ?? attempt.begin);
  attempt.trace.push(point);
  const { plan } = attempt;
  if (plan === null || plan.event !== at || plan.blow === 'flip') return run();
  attempt.plan = plan.next ? { blow: plan.next.blow, event: at + plan.next.after, when: plan.when } : null;
  const strike = () => struck(plan, point, event, cut);
  return struckAt(plan.when, run, strike);
}

async function struck({ blow }: Plan, point: Point, event: string, cut: () => void): Promise<void> {
  await tellParent({ kind: 'struck', blow, point, event, at: Date.now() });
  if (blow === 'cut') cut();
  if (blow === 'fill') fillDisk(path.join(config.dataFolder, 'artifacts'));
  if (blow === 'pause') process.kill(process.pid, 'SIGSTOP');
  if (blow !== 'kill') return;
  disk.lose();
  process.kill(process.pid, 'SIGKILL');
  // Nothing more of this attempt happens in the moment that the signal takes.
  await new Promise(() => {});
}

const SOURCE_DATABASE = 'contact_centre';

/** The number stays where it is, so that the values still fit. */
function withoutFence(given: unknown[], text: string): void {
  const open = text.replace(/"fence" = (\$\d+)/g, '($1)::bigint IS NOT NULL');
  given[0] = typeof given[0] === 'string' ? open : { ...(given[0] as object), text: open };
}

const disk = lossyDisk(path.join(config.dataFolder, 'artifacts', 'attic'), pass, bugs);

/** The same services, whose acts for a run are events. */
function dress(services: Services): Services {
  const work: Services['queue']['work'] = (handlers) =>
    services.queue.work({
      ...handlers,
      executeRun: async (task, signal) => {
        const attempt: Watched = { runId: task.runId, begin: 'claim', trace: [], plan: nextPlan };
        nextPlan = null;
        if (attempt.plan?.blow === 'flip') {
          disk.flipNext();
          await tellParent({ kind: 'struck', blow: 'flip', point: 'seal', event: 'flip', at: Date.now() });
        }
        try {
          await attempts.run(attempt, () => handlers.executeRun(task, signal));
        } finally {
          await tellParent({ kind: 'over', runId: task.runId, trace: attempt.trace });
        }
      },
    });
  const open: Services['connectors']['open'] = (...given) => {
    const source = services.connectors.open(...given);
    return { ...bound(source), open: (...asked) => pass('source:open', () => source.open(...asked)) };
  };
  const writeParts: Services['archiver']['writeParts'] = (request) => {
    let hasRead = false;
    // Messages of the thread that writes come in no context.
    const inAttempt = AsyncLocalStorage.snapshot();
    return services.archiver.writeParts({
      ...request,
      openPart: async (number) => watchPart(await inAttempt(() => request.openPart(number)), inAttempt),
      onProgress: (progress) => {
        request.onProgress(progress);
        if (!hasRead && progress.rows > 0) void inAttempt(() => pass('progress', async () => {}));
        hasRead ||= progress.rows > 0;
      },
    });
  };
  return {
    ...services,
    queue: { ...bound(services.queue), work },
    connectors: { ...services.connectors, open },
    archiver: { ...bound(services.archiver), writeParts },
  };
}

function watchPart(file: PartFile, inAttempt: ReturnType<typeof AsyncLocalStorage.snapshot>): PartFile {
  const whole = async (part: ArchiveResult) => {
    const verifyStored: ArchiveResult['verifyStored'] = async (stored) => {
      await part.verifyStored(stored);
      await pass('checked', async () => {});
    };
    await inAttempt(() => file.whole({ ...part, verifyStored }));
  };
  const { discard } = file;
  return { write: (chunk) => inAttempt(() => file.write(chunk)), whole, ...(discard && { discard: () => inAttempt(() => discard()) }) };
}

/** Deletes what has expired, as housekeeping does once its clock is trusted. */
async function purge(now: number, plan: Plan | null): Promise<void> {
  const attempt: Watched = { runId: '', begin: 'expire', trace: [], plan };
  const done = await attempts.run(attempt, () => deleteFilesDue(app.services, { now, isHalted: false })).catch(() => null);
  await tellParent({ kind: 'purged', trace: attempt.trace, failed: done === null });
}

// Statements of an attempt are events; what the source is asked is told apart by its database.
watchStatements(
  () => attempts.getStore() !== undefined,
  ({ text, database, given, cut }, run) => {
    if (bugs.noFence && text.startsWith('update')) withoutFence(given, text);
    const room = database === SOURCE_DATABASE ? 'source' : 'sql';
    return pass(`${room}:${text.slice(0, 40).replace(/\s+/g, ' ')}`, run, cut);
  },
);
const app = await openApp(config, 'guest', { files: disk.files, dress });
process.on('message', ({ plan, purge: now }: Order) => {
  if (now === undefined) nextPlan = plan;
  else void purge(now, plan);
});
// Whoever made it is gone.
process.on('disconnect', () => process.exit(0));
await app.startWorker();
await tellParent({ kind: 'ready' } satisfies Report);
