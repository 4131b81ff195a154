import { reasonOf } from '../lib/log.ts';
import type { PoolConfig } from 'pg';
import { fromKysely, type KyselyTransactionLike, PgBoss } from 'pg-boss';
import {
  ADVANCE_REQUESTS,
  EXECUTE_RUN,
  type ExecuteRunTask,
  MOST_CRASHES,
  RECOVER_RUNS,
  REQUEST_STEP,
  type RequestStepTask,
  type RunTask,
  SEND_NOTICES,
  type TakenRun,
} from './tasks.ts';

export interface QueueSettings {
  readonly connection: PoolConfig;
  /** A task without a sign of life for this long goes to another worker; 2 or more. */
  readonly heartbeatSeconds: number;
  /** Called when pg-boss reports an error of its own. */
  readonly onError: (error: unknown) => void;
}

export interface Handlers {
  readonly workers: number;
  executeRun(task: TakenRun, signal: AbortSignal): Promise<void>;
  recoverRuns(): Promise<void>;
  sendNotices(): Promise<void>;
  requestStep(task: RequestStepTask, signal: AbortSignal): Promise<void>;
  advanceRequests(): Promise<void>;
}

/** Tasks in the same database as UDM's own rows: a row and its task are one transaction. */
export interface TaskQueue {
  /** Queues runs inside the caller's transaction; a task of the same run that waits still gives way, so no worker takes a run from another. */
  sendExecuteRun(tx: KyselyTransactionLike, ...tasks: RunTask[]): Promise<void>;
  /**
   * Asked by a task before it takes its run, in the transaction that does: it may, unless it is given up already, or the run is `going` with another
   * task whose worker gives signs of life. Every other task of the run is then gone, so none takes it away later.
   */
  mayTake(tx: KyselyTransactionLike, task: TakenRun, going: boolean): Promise<boolean>;
  /** Lets notices be sent when the caller's transaction has committed. */
  sendNotices(tx: KyselyTransactionLike): Promise<void>;
  /** Queues steps of data requests inside the caller's transaction; the same step twice does no harm. */
  sendRequestSteps(tx: KyselyTransactionLike, ...steps: RequestStepTask[]): Promise<void>;
  /** Lets requests that time or a note moves on be looked at when the caller's transaction has committed. */
  advanceRequests(tx: KyselyTransactionLike): Promise<void>;
  /** The runs whose tasks wait or are being worked on. One that waits longer than any try does was put off by a clock far ahead: it is lost. */
  liveRuns(): Promise<ReadonlySet<string>>;
  /** Starts working; before, this process only sends. */
  work(handlers: Handlers): Promise<void>;
  stop(): Promise<void>;
}

const HOUR = 3_600;
/** Longer than a run waits for its next try. */
const LONGEST_WAIT = 2 * HOUR;
/** pg-boss takes no shorter heartbeat through its functions, yet works with one. */
const LEAST_HEARTBEAT = 10;
/**
 * One search in a source answers many steps of data requests: so many go on at once for each worker, two of them taken together. Whoever asks for more asks less often. When
 * one of two fails both are woken up again, and the one that is done has nothing to do.
 */
const TAKERS_OF_STEPS = 4;
const STEPS_AT_ONCE = 2;

/** Starts pg-boss in its schema `pgboss`, which the migrations made. */
export async function startQueue(settings: QueueSettings): Promise<TaskQueue> {
  const boss = new PgBoss({
    ...settings.connection,
    max: 4,
    schema: 'pgboss',
    createSchema: false,
    superviseIntervalSeconds: Math.min(5, Math.ceil(settings.heartbeatSeconds / 2)),
    monitorIntervalSeconds: Math.min(5, Math.ceil(settings.heartbeatSeconds / 2)),
    application_name: 'udm-queue',
  } as ConstructorParameters<typeof PgBoss>[0]);
  boss.on('error', settings.onError);
  await boss.start();
  await makeQueues(boss, settings);

  return {
    async sendExecuteRun(tx, ...tasks) {
      if (tasks.length === 0) return;
      const db = fromKysely(tx);
      await db.executeSql(`DELETE FROM pgboss.job WHERE name = $1 AND singleton_key = ANY($2) AND state < 'active'`, [
        EXECUTE_RUN,
        tasks.map((task) => task.runId),
      ]);
      // The singleton key makes the task findable by its run; the standard policy does not limit it.
      const inserts = tasks.map(({ inSeconds, ...task }) => ({ data: task, singletonKey: task.runId, ...(inSeconds && { startAfter: inSeconds }) }));
      await boss.insert(EXECUTE_RUN, inserts, { db });
    },
    async mayTake(tx, { runId, taskId }, going) {
      if (taskId === undefined) return true;
      const db = fromKysely(tx);
      const { rows } = await db.executeSql(
        `SELECT id, state = 'active' AND coalesce(heartbeat_on, started_on) > now() - heartbeat_seconds * interval '1 second' AS alive
        FROM pgboss.job WHERE name = $1 AND singleton_key = $2 AND state < 'completed' ORDER BY id FOR UPDATE`,
        [EXECUTE_RUN, runId],
      );
      const tasks = rows as { id: string; alive: boolean }[];
      if (!tasks.some((task) => task.id === taskId)) return false;
      if (going && tasks.some((task) => task.id !== taskId && task.alive)) return false;
      await db.executeSql(`DELETE FROM pgboss.job WHERE name = $1 AND singleton_key = $2 AND state < 'completed' AND id <> $3`, [EXECUTE_RUN, runId, taskId]);
      return true;
    },
    async sendNotices(tx) {
      await boss.send(SEND_NOTICES, {}, { db: fromKysely(tx) });
    },
    async sendRequestSteps(tx, ...steps) {
      if (steps.length === 0) return;
      const inserts = steps.map(({ tenantId, requestId, phase, round, sourceId }) => ({
        data: { tenantId, requestId, phase, round, sourceId },
        singletonKey: [requestId, phase, round, sourceId ?? 'all'].join(' '),
      }));
      await boss.insert(REQUEST_STEP, inserts, { db: fromKysely(tx) });
    },
    async advanceRequests(tx) {
      await boss.send(ADVANCE_REQUESTS, {}, { db: fromKysely(tx) });
    },
    async liveRuns() {
      // One question for all: pg-boss's own findJobs asks for one key at a time.
      const { rows } = await boss
        .getDb()
        .executeSql(
          `SELECT singleton_key AS run FROM pgboss.job WHERE name = $1 AND state < 'completed' AND (state = 'active' OR start_after < now() + $2 * interval '1 second')`,
          [EXECUTE_RUN, LONGEST_WAIT],
        );
      return new Set(rows.map((row: { run: string }) => row.run));
    },
    work: (handlers) => startWorking(boss, handlers),
    async stop() {
      await boss.stop({ graceful: true, timeout: 10_000, close: true });
    },
  };
}

/** From now on this process takes tasks. */
async function startWorking(boss: PgBoss, handlers: Handlers): Promise<void> {
  await boss.work<ExecuteRunTask>(EXECUTE_RUN, { pollingIntervalSeconds: 0.5, localConcurrency: handlers.workers, batchSize: 1 }, async ([task]) => {
    if (task) await handlers.executeRun({ ...task.data, taskId: task.id }, task.signal).catch(throwReason);
  });
  await boss.work(RECOVER_RUNS, { pollingIntervalSeconds: 2, batchSize: 1 }, () => handlers.recoverRuns().catch(throwReason));
  await boss.schedule(RECOVER_RUNS, '* * * * *');
  await boss.work(SEND_NOTICES, { pollingIntervalSeconds: 2, batchSize: 1 }, () => handlers.sendNotices().catch(throwReason));
  await boss.schedule(SEND_NOTICES, '* * * * *');
  await boss.work<RequestStepTask>(
    REQUEST_STEP,
    { pollingIntervalSeconds: 1, localConcurrency: handlers.workers * TAKERS_OF_STEPS, batchSize: STEPS_AT_ONCE },
    async (tasks) => {
      const ended = await Promise.allSettled(tasks.map((task) => handlers.requestStep(task.data, task.signal)));
      const failed = ended.find((one) => one.status === 'rejected');
      if (failed) throwReason(failed.reason);
    },
  );
  await boss.work(ADVANCE_REQUESTS, { pollingIntervalSeconds: 1, batchSize: 1 }, () => handlers.advanceRequests().catch(throwReason));
  await boss.schedule(ADVANCE_REQUESTS, '* * * * *');
}

async function makeQueues(boss: PgBoss, settings: QueueSettings): Promise<void> {
  // Liveness is the heartbeat's business; expiry only ends what is left over, and pg-boss allows at most 24 hours.
  await boss.createQueue(EXECUTE_RUN, {
    policy: 'standard',
    retryLimit: MOST_CRASHES,
    retryDelay: 1,
    heartbeatSeconds: Math.max(LEAST_HEARTBEAT, settings.heartbeatSeconds),
    expireInSeconds: 23 * HOUR,
    deleteAfterSeconds: 24 * HOUR,
  });
  await boss.updateQueue(EXECUTE_RUN, { heartbeatSeconds: Math.max(LEAST_HEARTBEAT, settings.heartbeatSeconds) });
  if (settings.heartbeatSeconds < LEAST_HEARTBEAT)
    await boss.getDb().executeSql('UPDATE pgboss.queue SET heartbeat_seconds = $2 WHERE name = $1', [EXECUTE_RUN, settings.heartbeatSeconds]);
  await boss.createQueue(RECOVER_RUNS, { policy: 'stately', retryLimit: 0, expireInSeconds: 300, deleteAfterSeconds: HOUR });
  // Whose step it is, its lease says; a task only wakes somebody up, so that one of a step that waits is enough.
  await boss.createQueue(REQUEST_STEP, {
    policy: 'short',
    retryLimit: MOST_CRASHES,
    retryDelay: 1,
    heartbeatSeconds: Math.max(LEAST_HEARTBEAT, settings.heartbeatSeconds),
    expireInSeconds: 23 * HOUR,
    deleteAfterSeconds: HOUR,
  });
  // One is going at a time: when its worker dies, the next may not have to wait for its expiry.
  await boss.createQueue(ADVANCE_REQUESTS, {
    policy: 'stately',
    retryLimit: 0,
    heartbeatSeconds: Math.max(LEAST_HEARTBEAT, settings.heartbeatSeconds),
    expireInSeconds: 300,
    deleteAfterSeconds: HOUR,
  });

  // One waits, one is going: whatever is due then is sent.
  await boss.createQueue(SEND_NOTICES, { policy: 'stately', retryLimit: 0, expireInSeconds: 3_600, deleteAfterSeconds: HOUR });
}

/** pg-boss stores the error of a task. A driver's error may quote rows, so only its kind is kept. */
function throwReason(error: unknown): never {
  throw new Error(reasonOf(error));
}
