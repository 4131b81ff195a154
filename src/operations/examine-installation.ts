import { CodedError, type ErrorCode } from '../errors.ts';
import { readAuditCheck } from '../records/audit-checks.ts';
import { hashAt } from '../records/audit-log.ts';
import { countTroubledFiles, findEndingCertificates, readServerVersion } from '../records/check-rows.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { missingMigrations } from '../records/migrate.ts';
import { countOpenReplays } from '../records/data-requests/replays.ts';
import { findTenants } from '../records/planner.ts';
import { readHalt } from '../records/retention.ts';
import { readSso } from '../records/single-sign-on.ts';
import { checkProvider } from '../sso/oidc.ts';
import { listFactors } from '../records/second-factors.ts';
import { proveIsolation } from '../records/self-test.ts';
import { listSources } from '../records/sources.ts';
import { countOrphans } from '../records/stored-objects.ts';
import { readTenant } from '../records/tenants.ts';
import { openFactor } from './check-code.ts';
import { findStuckRuns } from './check-rows.ts';
import { ledgerStanding } from './data-requests/ledger-standing.ts';
import type { Services } from './services.ts';
import { installationSigner } from './signing-key.ts';
import { changingConnectorOf } from './sources.ts';
import { providerOf } from './sso-settings.ts';
import { TEMPORARY_GRACE_MS } from './sweep-storage.ts';

/**
 * The proofs behind `udm doctor`: each looks at one thing and answers in a plain sentence, with the fix where something should be done. What is
 * wrong is thrown as a coded error, which has both.
 */

export interface Finding {
  readonly detail: string;
  /** What to do, though nothing is broken yet. */
  readonly fix?: string;
}

export interface Proof {
  readonly check: string;
  readonly look: () => Promise<Finding>;
}

const OLDEST_POSTGRESQL = 150_000;
const MIN_FREE_BYTES = 1024 ** 3;
const SHORT_FREE_BYTES = 10 * MIN_FREE_BYTES;
const MOST_CLOCK_DIFFERENCE_MS = 60_000;
const CERTIFICATE_DAYS = 30;
/** Twice as long as a look should take to come round. */
const LATE_CHECK_HOURS = 48;
const SOURCE_PATIENCE_MS = 15_000;

/** The database's time, ISO 8601. */
export function readClock(services: Services): Promise<string> {
  return databaseNow(services.database);
}

/** All of them for an installation that is open, in the order in which one depends on the other. `migrations`: their folder. */
export async function proofsOf(services: Services, migrations: string): Promise<Proof[]> {
  const tenants = await findTenants(services.database);
  return [
    { check: 'PostgreSQL', look: () => checkServer(services) },
    { check: 'schema', look: () => checkSchema(services, migrations) },
    { check: 'isolation', look: () => checkIsolation(services) },
    { check: 'sealed secrets', look: () => checkSecrets(services, tenants) },
    { check: 'clock', look: () => checkClock(services) },
    { check: 'retention', look: () => checkRetention(services) },
    { check: 'storage', look: () => checkStorageWrites(services) },
    { check: 'disk', look: () => checkDisk(services) },
    { check: 'temporary objects', look: () => checkTemporary(services) },
    { check: 'files', look: () => checkFiles(services, tenants) },
    { check: 'ledger', look: () => checkLedger(services, tenants) },
    { check: 'runs', look: () => checkRuns(services) },
    { check: 'audit log', look: () => checkAuditLogs(services, tenants) },
    { check: 'certificates', look: () => checkCertificates(services, tenants) },
    ...(await sourceProofs(services, tenants)),
    ...(await providerProofs(services, tenants)),
  ];
}

async function checkServer({ database }: Services): Promise<Finding> {
  const { number, text } = await readServerVersion(database);
  if (number < OLDEST_POSTGRESQL) throw new CodedError('database.too_old', { value: text, range: '15 or later' });
  return { detail: `it answers, version ${text}` };
}

async function checkSchema({ database }: Services, folder: string): Promise<Finding> {
  const missing = await missingMigrations(database, folder);
  if (missing.length > 0) throw new CodedError('database.version', { value: missing });
  return { detail: 'every migration of this version is applied, and no other' };
}

async function checkIsolation({ database }: Services): Promise<Finding> {
  await proveIsolation(database);
  return { detail: 'the role is bound by row-level security and every table with a tenant forces it' };
}

async function checkClock(services: Services): Promise<Finding> {
  const before = Date.now();
  const now = await readClock(services);
  const difference = Date.parse(now) - (before + Date.now()) / 2;
  if (Math.abs(difference) <= MOST_CLOCK_DIFFERENCE_MS) return { detail: `the database shows ${now}, as this machine does` };
  return {
    detail: `the database shows ${now}, which is ${Math.round(difference / 1_000)} s off this machine`,
    fix: 'Let both take their time from the same servers (NTP). UDM goes by the database.',
  };
}

/** The signing key and second factors; passwords of sources and secrets of single sign-on are opened by the checks of theirs. */
async function checkSecrets(services: Services, tenants: readonly string[]): Promise<Finding> {
  const shut: string[] = [];
  if (!(await opens(async () => void (await installationSigner(services))))) shut.push('the signing key');
  let looked = 0;
  for (const tenantId of tenants) {
    const [tenant, factors] = await inTenant(services.database, tenantId, async (tx) => [await readTenant(tx, tenantId), await listFactors(tx, tenantId)]);
    looked += factors.length;
    for (const { userId: id, user, sealedSecret } of factors)
      if (!(await opens(async () => void openFactor(services, { tenantId, id }, sealedSecret)))) shut.push(`second factor of ${tenant.name}\\${user}`);
  }
  if (shut.length > 0) throw new CodedError('check.secrets_unreadable', { value: shut });
  return { detail: `the signing key and the second factors (${looked}) open with the master key` };
}

async function opens(open: () => Promise<void>): Promise<boolean> {
  try {
    await open();
    return true;
  } catch (error) {
    if (error instanceof CodedError && error.code.endsWith('.secret_unreadable')) return false;
    throw error;
  }
}

async function checkRetention({ database }: Services): Promise<Finding> {
  const halt = await readHalt(database);
  if (halt)
    throw new CodedError('check.retention_halted', {
      value: { cause: halt.cause, expected: halt.expectedAt.toISOString(), found: halt.foundAt.toISOString() },
    });
  return { detail: 'expired files are deleted' };
}

async function checkLedger(services: Services, tenants: readonly string[]): Promise<Finding> {
  const { entries, ahead } = await ledgerStanding(services);
  if (ahead.length > 0) throw new CodedError('ledger.ahead', { value: ahead.map(({ seq }) => seq) });
  const open: { source: string; erasures: number }[] = [];
  for (const tenantId of tenants) open.push(...(await inTenant(services.database, tenantId, (tx) => countOpenReplays(tx, tenantId))));
  if (open.length > 0)
    return {
      detail: `erasures are still to be repeated after a restore: ${open.map((one) => `${one.erasures} in ${one.source}`).join(', ')}; runs of these sources wait`,
      fix: 'Run "udm request replay" for the tenant: it does it now, or says why it cannot be done.',
    };
  return { detail: entries.length === 0 ? 'nobody was erased yet' : `the ledger of erasures is whole, ${entries.length} entries, in ${services.ledger.place}` };
}

async function checkStorageWrites({ storage }: Services): Promise<Finding> {
  const object = await storage.create('doctor/proof');
  try {
    await object.write(new Uint8Array(4_096));
  } finally {
    await object.discard();
  }
  return { detail: 'the folder of artifacts can be written' };
}

async function checkDisk({ storage }: Services): Promise<Finding> {
  const free = await storage.freeBytes();
  if (free < MIN_FREE_BYTES) throw new CodedError('disk.full', { value: free, range: `at least ${MIN_FREE_BYTES} bytes` });
  const detail = `${Math.floor(free / 1024 ** 3)} GB free for artifacts`;
  return free < SHORT_FREE_BYTES ? { detail, fix: 'Make room before it is short: below 1 GB runs end before they read anything.' } : { detail };
}

async function checkTemporary({ storage }: Services): Promise<Finding> {
  const left = (await storage.listTemporary()).filter((one) => Date.now() - one.writtenAt.getTime() >= TEMPORARY_GRACE_MS);
  if (left.length === 0) return { detail: 'dead attempts left nothing' };
  return { detail: `dead attempts left ${left.length}`, fix: 'Nothing has to be done: "udm serve" removes them within an hour. "udm repair" does it at once.' };
}

async function checkFiles(services: Services, tenants: readonly string[]): Promise<Finding> {
  const counts = await inEach(services, tenants, async (tx, tenantId) => [await countTroubledFiles(tx, tenantId)]);
  const damaged = counts.reduce((sum, one) => sum + one.damaged, 0);
  const undeleted = counts.reduce((sum, one) => sum + one.undeleted, 0);
  const orphans = await countOrphans(services.database);
  if (damaged + undeleted + orphans === 0) return { detail: 'none is known to be missing, all deletions succeeded, and each is listed' };
  return {
    detail: `missing or damaged: ${damaged}; could not be deleted so far: ${undeleted}; in storage, but not listed: ${orphans}`,
    fix: 'Run "udm check --read-data": it names them, with what to do. What is not listed is removed a day after it was found.',
  };
}

async function checkRuns(services: Services): Promise<Finding> {
  const stuck = await findStuckRuns(services);
  if (stuck.length === 0) return { detail: 'every open run has a worker or waits for one' };
  return { detail: `open, with nobody working on it: ${stuck.length}`, fix: 'Start "udm serve": they go on within a minute. "udm repair" does it at once.' };
}

async function checkCertificates(services: Services, tenants: readonly string[]): Promise<Finding> {
  const ending = await inEach(services, tenants, (tx, tenantId) => findEndingCertificates(tx, tenantId, CERTIFICATE_DAYS));
  if (ending.length === 0) return { detail: `none that an active job encrypts to ends within ${CERTIFICATE_DAYS} days` };
  const named = ending.map(
    (one) => `"${one.label}" (${one.fingerprint.slice(0, 8)}…) ${one.isOver ? 'ended' : 'ends'} ${one.notAfter.toISOString().slice(0, 10)}, jobs: ${one.jobs}`,
  );
  return {
    detail: named.join('; '),
    fix: 'Upload a new certificate and choose it in the jobs: runs end before they read anything when one of theirs is over.',
  };
}

/** What the daily look at every record found, and whether the record of the last anchor is still the one. */
async function checkAuditLogs(services: Services, tenants: readonly string[]): Promise<Finding> {
  const broken: { code: ErrorCode; tenant: string; number: number; found: number }[] = [];
  let late = 0;
  for (const tenantId of tenants) {
    const last = await services.anchors.last(tenantId);
    await inTenant(services.database, tenantId, async (tx) => {
      const check = await readAuditCheck(tx, tenantId, LATE_CHECK_HOURS);
      const { name: tenant, createdAt } = await readTenant(tx, tenantId);
      if (check === null ? Date.now() - createdAt.getTime() > LATE_CHECK_HOURS * 3_600_000 : check.isOld) late += 1;
      if (check?.code) broken.push({ code: check.code as ErrorCode, tenant, number: check.number ?? 0, found: check.found });
      else if (last && (await hashAt(tx, tenantId, last.seq)) !== last.hash) broken.push({ code: 'audit.replaced', tenant, number: last.seq, found: 1 });
    });
  }
  const [first] = broken;
  if (first) throw new CodedError(first.code, { value: broken });
  const detail = 'no record is known to be other than it was written, and the last anchors hold';
  if (late === 0) return { detail };
  return {
    detail: `${detail}; not looked at whole for two days, of so many tenants: ${late}`,
    fix: '"udm serve" looks at every record once a day; "udm audit verify" does now.',
  };
}

/** One for each source, for each may have a fault of its own. */
async function sourceProofs(services: Services, tenants: readonly string[]): Promise<Proof[]> {
  const sources = await inEach(services, tenants, listSources);
  return sources.map((source) => ({
    check: `source ${source.name}`,
    look: async () => {
      const late = AbortSignal.timeout(SOURCE_PATIENCE_MS);
      const patience = new Promise<never>((_resolve, reject) =>
        late.addEventListener('abort', () => reject(new CodedError('source.unreachable', { value: 'no answer' }))),
      );
      // With both passwords, so that one that does not open is told before a data request needs it.
      await Promise.race([changingConnectorOf(services, source).check(), patience]);
      return { detail: 'it answers, and has every table and column of its catalog' };
    },
  }));
}

/** One for each tenant with single sign-on. */
async function providerProofs(services: Services, tenants: readonly string[]): Promise<Proof[]> {
  const providers = await inEach(services, tenants, async (tx, tenantId) => {
    const record = await readSso(tx, tenantId);
    return record === null ? [] : [{ tenantId, record }];
  });
  return providers.map(({ tenantId, record }) => ({
    check: `single sign-on ${new URL(record.issuer).host}`,
    look: async () => {
      await checkProvider(providerOf(services, tenantId, record));
      return { detail: `${record.issuer} answers` };
    },
  }));
}

async function inEach<T>(services: Services, tenants: readonly string[], read: (tx: Tx, tenantId: string) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for (const tenantId of tenants) all.push(...(await inTenant(services.database, tenantId, (tx) => read(tx, tenantId))));
  return all;
}
