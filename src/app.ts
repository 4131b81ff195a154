import { chmod, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openKeyFiles } from './case-keys/key-files.ts';
import { openAnchorFile } from './anchors/anchor-file.ts';
import { openLedgerFile } from './ledger/ledger-file.ts';
import { type Config, fallbackDataFolder, PROGRAM_FOLDER } from './config/index.ts';
import { dropMasterKey, makeMasterKey, masterKeyMark, readMasterKey } from './config/master-key.ts';
import { type Cluster, type Connection, engineAccount, type FolderLock, lockFolder, mayReach, ownerPid, runningCluster, startCluster } from './engine/index.ts';
import { CodedError } from './errors.ts';
import { systemBootClock } from './lib/boot-clock.ts';
import { createLog, type Log, reasonOf } from './lib/log.ts';
import { createSealer } from './lib/sealer.ts';
import { anchorChains, startAnchoring } from './operations/anchor-audit.ts';
import { executeRun } from './operations/execute-run.ts';
import { recoverRuns } from './operations/recover-runs.ts';
import { openLedgerReplay } from './operations/data-requests/replay-ledger.ts';
import { advanceRequests } from './operations/data-requests/advance-requests.ts';
import { executeRequestStep } from './operations/data-requests/request-steps.ts';
import { sendNotices } from './operations/send-notices.ts';
import type { Services } from './operations/services.ts';
import { installationSigner } from './operations/signing-key.ts';
import { startHousekeeping } from './operations/start-housekeeping.ts';
import { startPlanner } from './operations/start-planner.ts';
import { openSmtp } from './mail/smtp.ts';
import { openArchiveThread } from './pipeline/threads/archive-thread.ts';
import { startQueue } from './queue/index.ts';
import { type Database, openDatabase } from './records/database.ts';
import { readMasterKeyMark, settleMasterKeyMark } from './records/installation.ts';
import { type OwnDatabase, isProvisioned, provisionEngine } from './records/provision.ts';
import { migrate } from './records/migrate.ts';
import { type RunEvents, startRunEvents } from './records/run-events.ts';
import { proveIsolation } from './records/self-test.ts';
import { connectorsFor } from './sources/connectors.ts';
import { SharedPeople } from './sources/shared-people.ts';
import { type FileOperations, openLocalStorage } from './storage/local/index.ts';
import { VERSION } from './version.ts';

/** The composition root: the only file that names concrete classes; start and stop order stand here. */

export interface App {
  /** True when no other UDM runs in the data folder: this process has it for itself. */
  readonly ownsFolder: boolean;
  readonly services: Services;
  readonly dataFolder: string;
  /** Notes of runs that change, on a connection of their own. */
  listenToRuns(): Promise<RunEvents>;
  /** Begins to execute tasks; before, this process only asks and sends. */
  startWorker(): Promise<void>;
  /** Begins to make the runs of jobs that come due: a service does, a command does not. */
  startPlanner(): void;
  /** Begins to watch the clock and to delete what retention no longer keeps: a service does, a command does not. */
  startHousekeeping(): void;
  stop(): Promise<void>;
}

/**
 * `owner`: this process owns the data folder (serve, demo). `guest`: a command; it uses a UDM that runs in the folder,
 * or owns the folder for as long as the command takes.
 */
export type Tenure = 'owner' | 'guest';

export interface Instruments {
  readonly files?: FileOperations;
  readonly dress?: (services: Services) => Services;
}

/**
 * Opens UDM in its data folder. `instruments` are for crash tests: another disk under the artifacts, or services that notice what is done with them.
 * Errors: `data_folder.*`, `engine.*`, `database.*`.
 */
export async function openApp(config: Config, tenure: Tenure, instruments: Instruments = {}): Promise<App> {
  const log = createLog(config.logLevel);
  const dataFolder = await usableDataFolder(config);
  const hold = await holdFolder(dataFolder, tenure);
  const undo: (() => Promise<void>)[] = [];
  try {
    if (hold) undo.push(() => hold.release());
    const own = await openOwnDatabase(config, dataFolder, hold !== null, undo);
    const { database, pool } = openDatabase(own.app);
    undo.push(() => pool.end());
    // When everything that writes has stopped.
    let anchorAtEnd = async () => {};
    undo.push(() => anchorAtEnd());
    await reach(database);
    await proveIsolation(database);
    const storage = await openLocalStorage(path.join(dataFolder, 'artifacts'), instruments.files);
    const leaving = new AbortController();
    let housekeeping = Promise.resolve();
    // Told to end before anything else, and waited for when the runs have been told too.
    undo.push(() => housekeeping);
    // Closed after the queue: what a stopped run still has to write fails by the stop, not by a thread that is gone.
    const archiver = openArchiveThread(availableParallelism(), config.sourceConnections);
    undo.push(() => archiver.close());
    const queue = await startQueue({
      connection: own.app,
      heartbeatSeconds: config.heartbeatSeconds,
      onError: (error) => log.warn({ event: 'queue.error', reason: reasonOf(error) }),
    });
    undo.push(() => queue.stop());
    const stopping = new AbortController();
    undo.push(async () => stopping.abort(new CodedError('run.interrupted')));
    const retry = { most: config.retries, firstSeconds: config.retrySeconds, random: Math.random };
    const masterKey = await settledMasterKey(database, dataFolder);
    const mailer = config.smtp && openSmtp({ ...config.smtp, password: config.smtp.password.reveal() });
    undo.push(async () => mailer?.close());
    const caseKeys = openKeyFiles(config.caseKeys === '' ? path.join(dataFolder, 'case-keys') : path.resolve(PROGRAM_FOLDER, config.caseKeys));
    const made = await makeServices(masterKey, database, {
      storage,
      caseKeys,
      queue,
      archiver,
      ...(await openFilesBeside(config, dataFolder, masterKey)),
      mailer,
      log,
      retry,
      connectors: connectorsFor(config.sourceHosts),
    });
    const services = instruments.dress?.(made) ?? made;
    anchorAtEnd = async () => {
      if (hold) await anchorChains(made);
    };
    return {
      services,
      ownsFolder: hold !== null,
      dataFolder,
      listenToRuns: () => startRunEvents(own.app, log),
      async startWorker() {
        // Whoever wrote them is dead: nobody else has the folder.
        if (hold) await storage.sweepTemporary(0);
        await startWorker(services, config, stopping.signal);
      },
      startPlanner() {
        undo.push(startPlanner(services));
      },
      startHousekeeping() {
        const anchoring = hold ? startAnchoring(services, config.auditAnchorSeconds, leaving.signal) : Promise.resolve();
        housekeeping = Promise.all([startHousekeeping(services, leaving.signal), anchoring]).then(() => {});
      },
      stop() {
        leaving.abort();
        return unwind(undo, log);
      },
    };
  } catch (error) {
    await unwind(undo, log);
    throw error;
  }
}

/** What is kept outside the database so that it speaks for or against it. */
async function openFilesBeside(config: Config, dataFolder: string, masterKey: Buffer): Promise<Pick<Services, 'anchors' | 'ledger'>> {
  const folder = (set: string, otherwise: string) => (set === '' ? otherwise : path.resolve(PROGRAM_FOLDER, set));
  return {
    anchors: await openAnchorFile(folder(config.auditAnchors, path.join(dataFolder, 'anchors')), masterKey),
    ledger: await openLedgerFile(folder(config.ledger, `${dataFolder}-ledger`), dataFolder, masterKey),
  };
}

async function makeServices(
  masterKey: Buffer,
  database: Database,
  parts: Pick<Services, 'storage' | 'caseKeys' | 'queue' | 'archiver' | 'anchors' | 'ledger' | 'mailer' | 'log' | 'retry' | 'connectors'>,
): Promise<Services> {
  const services = {
    ...parts,
    database,
    sealer: createSealer(masterKey),
    sharedPeople: new SharedPeople(),
    version: VERSION,
    bootClock: systemBootClock,
    wait,
  };
  await installationSigner(services).catch((error: unknown) => {
    // Runs end with this cause, "udm doctor" tells of it, and "udm signing-key renew" has to be able to begin.
    if (!(error instanceof CodedError) || error.code !== 'signing_key.secret_unreadable') throw error;
    services.log.error({ event: 'signing_key.unreadable', reason: reasonOf(error) });
  });
  return services;
}

/** The key of the data folder, proved to be the one this database is sealed with; only a new installation gets a new key. */
async function settledMasterKey(database: Database, dataFolder: string): Promise<Buffer> {
  const known = await readMasterKey(dataFolder);
  if (!known && (await readMasterKeyMark(database))) throw wrongMasterKey('field.required', dataFolder);
  const key = known ?? (await makeMasterKey(dataFolder));
  const mark = masterKeyMark(key);
  if ((await settleMasterKeyMark(database, mark)) === mark) return key;
  if (!known) await dropMasterKey(dataFolder);
  throw wrongMasterKey(known ? 'field.type' : 'field.required', dataFolder);
}

/** Rejects with the reason of the signal. */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function wrongMasterKey(code: 'field.required' | 'field.type', dataFolder: string): CodedError {
  const range = 'the master.key that this database was first used with: copy it here from the data folder that has it';
  return new CodedError('config.invalid', { problems: [{ code, field: 'master.key', value: dataFolder, range }] });
}

async function startWorker(services: Services, config: Config, stopping: AbortSignal): Promise<void> {
  await recoverRuns(services);
  const repeatLedger = openLedgerReplay(services);
  await repeatLedger();
  await services.queue.work({
    workers: config.workers,
    executeRun: (task, taken) => executeRun(services, task, AbortSignal.any([taken, stopping])),
    recoverRuns: async () => {
      await recoverRuns(services);
    },
    sendNotices: async () => {
      await sendNotices(services);
    },
    requestStep: (task, taken) => executeRequestStep(services, task, AbortSignal.any([taken, stopping])),
    advanceRequests: async () => {
      await repeatLedger();
      await advanceRequests(services);
    },
  });
}

/** As root, the account of the embedded PostgreSQL must be able to pass to the data folder; where it cannot, /var/lib/udm serves. */
async function usableDataFolder(config: Config): Promise<string> {
  const account = config.databaseUrl ? null : await engineAccount();
  const folder = (await mayReach(path.join(config.dataFolder, 'x', 'x'), account)) ? config.dataFolder : fallbackDataFolder(config.dataFolder);
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o711 });
    // The caller's umask may have taken from PostgreSQL's account the right to pass.
    if (made && account) await chmod(folder, 0o711);
  } catch (cause) {
    throw new CodedError('data_folder.unwritable', { value: folder, cause });
  }
  return folder;
}

async function holdFolder(dataFolder: string, tenure: Tenure): Promise<FolderLock | null> {
  try {
    return await lockFolder(dataFolder);
  } catch (error) {
    const guest = tenure === 'guest' && error instanceof CodedError && error.code === 'data_folder.locked';
    if (!guest) throw error;
    return null;
  }
}

async function openOwnDatabase(config: Config, dataFolder: string, hold: boolean, undo: (() => Promise<void>)[]): Promise<OwnDatabase> {
  if (config.databaseUrl) return externalDatabase(config);
  const folder = path.join(dataFolder, 'engine');
  const superuser = hold ? await startOwned(folder, undo) : await runningCluster(folder);
  if (!superuser) throw new CodedError('data_folder.locked', { value: { folder: dataFolder, pid: await ownerPid(dataFolder) } });
  // A guest must not make roles: it would race the owner that is just starting for the first time.
  if (!hold && !(await isProvisioned(folder))) throw new CodedError('data_folder.locked', { value: { folder: dataFolder, pid: await ownerPid(dataFolder) } });
  const own = await provisionEngine(superuser, folder);
  if (hold) await migrate(own.owner, own.app.user as string, path.join(PROGRAM_FOLDER, 'migrations'));
  return own;
}

async function startOwned(folder: string, undo: (() => Promise<void>)[]): Promise<Connection> {
  const cluster: Cluster = await startCluster(folder);
  undo.push(() => cluster.stop());
  return cluster.superuser;
}

async function externalDatabase(config: Config): Promise<OwnDatabase> {
  const app = { connectionString: config.databaseUrl?.reveal() as string };
  const owner = config.databaseOwnerUrl ? { connectionString: config.databaseOwnerUrl.reveal() } : null;
  const role = decodeURIComponent(new URL(app.connectionString).username);
  if (owner) {
    await migrate(owner, role, path.join(PROGRAM_FOLDER, 'migrations')).catch((cause: unknown) => {
      throw cause instanceof CodedError ? cause : new CodedError('database.unreachable', { cause });
    });
  }
  return { app, owner: owner ?? app };
}

async function reach(database: Database): Promise<void> {
  await database
    .selectNoFrom((eb) => eb.lit(1).as('one'))
    .execute()
    .catch((cause: unknown) => {
      throw new CodedError('database.unreachable', { cause });
    });
}

async function unwind(undo: (() => Promise<void>)[], log: Log): Promise<void> {
  for (const step of undo.splice(0).reverse()) {
    await step().catch((error: unknown) => log.warn({ event: 'stop.error', reason: reasonOf(error) }));
  }
}
