import { canonicalText, makeReceipt } from '../../src/domain/data-requests/receipt.ts';
import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { App } from '../../src/app.ts';
import { objectKey } from '../../src/domain/artifact.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createApiToken } from '../../src/operations/api-tokens.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { addSource } from '../../src/operations/sources.ts';
import { insertArtifact } from '../../src/records/artifacts.ts';
import { insertBulkAct } from '../../src/records/bulk-acts.ts';
import { startChain } from '../../src/records/chains.ts';
import { inTenant, type Tx } from '../../src/records/database.ts';
import { insertEstimates } from '../../src/records/run-estimates.ts';
import { insertRunManifest } from '../../src/records/run-manifests.ts';
import { sealNote } from '../../src/operations/data-requests/notes.ts';
import type { Sealer } from '../../src/lib/sealer.ts';
import { claimRun, endRun } from '../../src/records/run-lease.ts';

export interface TenantThings {
  readonly tenantId: string;
  readonly userId: string;
  readonly sourceName: string;
  /** A word that only this tenant's texts hold. */
  readonly secret: string;
  readonly draft: Record<string, unknown>;
  readonly ids: {
    readonly source: string;
    readonly certificate: string;
    readonly job: string;
    readonly run: string;
    readonly artifact: string;
    readonly chain: string;
    readonly token: string;
    readonly request: string;
    readonly hold: string;
  };
}

/** Fills a tenant with one of everything: source, certificate, job with its ended run, an artifact that can be downloaded, a chain, and a second factor that nobody confirmed. */
export async function fillTenant(app: App, actor: Actor, certificate: string): Promise<TenantThings> {
  const { services } = app;
  const { tenantId, userId } = actor;
  const secret = `secret${tenantId.replaceAll('-', '')}`;
  const sourceName = `UCSX ${secret}`;
  await addSource(services, actor, {
    name: sourceName,
    connector: 'postgres',
    catalog: 'ucsx',
    settings: { host: '127.0.0.1', port: 1, user: 'x', database: 'x' },
    secret: 'x',
  });
  const stored = await addCertificate(services, actor, { label: secret, content: certificate });
  const draft = {
    title: `Calls ${secret}`,
    source: sourceName,
    type: 'Interaction',
    entityTypes: 'all',
    run: { kind: 'once', start: 'immediately' },
    range: { kind: 'all' },
    recipients: [stored.id],
  };
  const { token } = await createApiToken(services, actor, { name: secret, scopes: ['read'], days: 1 });
  const job = await createJob(services, actor, draft, `key-${secret}`);
  const run = job.lastRun?.id as string;
  const bytes = Buffer.from(`encrypted ${secret}`);
  const key = objectKey(tenantId, run, 1, 1);
  const upload = await services.storage.create(key);
  await upload.write(bytes);
  await upload.seal();
  return inTenant(services.database, tenantId, async (tx) => {
    const lease = await claimRun(tx, tenantId, run);
    if (!lease) throw new Error('The run of the new job cannot be claimed.');
    const artifact = await insertArtifact(tx, {
      tenantId,
      runId: run,
      part: 1,
      fileName: `${secret}.zip.p7m`,
      objectKey: key,
      rows: 1,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      retentionDays: 30,
    });
    const body = Buffer.from(secret);
    await insertRunManifest(tx, { tenantId, runId: run, jobId: job.id, sequence: 1, sha256: 'x', body, signature: body });
    await endRun(tx, lease, { status: 'succeeded' });
    const range = { low: 1_000, high: 2_000 };
    await insertEstimates(tx, lease, job.id, [{ percent: 50, basis: 'this_run', elapsed: 3_000, reckoned: range, shown: range, left: 1_500 }]);
    await insertBulkAct(tx, { tenantId, userId, action: 'suspend', missed: null, jobIds: [job.id] });
    await sql`INSERT INTO second_factor (tenant_id, user_id, sealed_secret) VALUES (${tenantId}, ${userId}, ${body})`.execute(tx);
    await sql`INSERT INTO recovery_code (tenant_id, user_id, code_hash) VALUES (${tenantId}, ${userId}, ${secret})`.execute(tx);
    const sso = [tenantId, 'https://idp.example', secret, body, 'name', 'roles', '{}'];
    await sql`INSERT INTO single_sign_on (tenant_id, issuer, client_id, sealed_secret, name_claim, role_claim, roles) VALUES (${sql.join(sso)})`.execute(tx);
    await sql`INSERT INTO notice (tenant_id, user_id, kind, about, occasion, facts) VALUES (${tenantId}, ${userId}, 'run_failed', ${userId}, 'one', '{}')`.execute(
      tx,
    );
    await sql`INSERT INTO audit_check (tenant_id, checked_at, records, found) VALUES (${tenantId}, udm_now(), 1, 0) ON CONFLICT DO NOTHING`.execute(tx);
    await sql`INSERT INTO run_subjects (tenant_id, run_id, subjects) VALUES (${tenantId}, ${run}, ${body})`.execute(tx);
    const source = (await sql<{ id: string }>`SELECT id FROM source`.execute(tx)).rows[0]?.id as string;
    const chain = await startChain(tx, { tenantId, jobId: job.id, sourceId: source, type: 'Interaction', entityTypes: null, begins: 'all', dataFrom: null });
    const { request, hold } = await insertDataRequest(tx, services.sealer, { tenantId, userId, source, body });
    const ids = { source, certificate: stored.id, job: job.id, run, artifact, chain, token: token.id, request, hold };
    return { tenantId, userId, sourceName, secret, draft, ids };
  });
}

const NOTHING_DONE = {
  signedBy: { algorithm: 'x', keyId: 'x', publicKey: 'x' },
  udmVersion: '0.0.0',
  ended: 'done',
  refusalGround: null,
  identifierTypes: ['email'],
  identifiers: 1,
  approvedBy: 0,
  times: {
    receivedOn: '2026-01-31',
    submittedAt: '2026-01-31T00:00:00Z',
    deadlineOn: '2026-02-28',
    deadlineAt: '2026-03-01T00:00:00Z',
    extendedAt: null,
    discoveredAt: null,
    approvedAt: null,
    begunAt: null,
    verifiedAt: null,
    searchedAgainAt: null,
    endedAt: '2026-02-01T00:00:00Z',
  },
  searched: [],
  notReached: [],
  findings: [],
  exports: [],
  unknownExports: 0,
  ledgerLine: null,
  aliases: [],
} as const;

/** A data request with a row of each kind, as it would be while UDM works on it. */
async function insertDataRequest(
  tx: Tx,
  sealer: Sealer,
  { tenantId, userId, source, body }: { readonly tenantId: string; readonly userId: string; readonly source: string; readonly body: Buffer },
): Promise<{ request: string; hold: string }> {
  const [request, hold] = [randomUUID(), randomUUID()];
  const label = 'a…@e….com';
  const insert = (table: string, row: Record<string, unknown>) =>
    sql`INSERT INTO ${sql.table(table)} (${sql.join(['tenant_id', ...Object.keys(row)].map((name) => sql.ref(name)))})
      VALUES (${sql.join([tenantId, ...Object.values(row)])})`.execute(tx);
  await insert('data_request', {
    id: request,
    case_id: 'x',
    kind: 'access',
    received_on: '2026-01-31',
    deadline_on: '2026-02-28',
    deadline_at: new Date('2026-03-01'),
    sealed_person: body,
    label,
    identifier_types: ['email'],
    hashes: ['x'],
    created_by: userId,
  });
  await insert('data_request_step', { request_id: request, phase: 'collect', round: 1, source_id: source, leased_until: new Date('2999-01-01') });
  await insert('data_request_finding', { request_id: request, source_id: source, source_name: 'x', type: 'x' });
  await insert('data_request_snapshot', { request_id: request, part: 'x', sealed: body });
  const receipt = Buffer.from(canonicalText(makeReceipt({ ...NOTHING_DONE, tenantId, request: { id: request, caseId: 'x', kind: 'access' } })));
  await insert('data_request_receipt', { request_id: request, body: receipt, signature: body, sha256: 'x' });
  const file = { file_name: 'x', source_name: 'x', type: 'x' };
  await insert('data_request_artifact', { request_id: request, artifact_id: randomUUID(), run_id: randomUUID(), ...file });
  const held = { object_key: request, file_name: 'x', row_count: 0, bytes: 0, sha256: 'x', recipients: ['x'], expires_at: new Date('2999-01-01') };
  await insert('data_request_package', { request_id: request, ...held });
  await insert('erasure_replay', { source_id: source, seq: 1, request_id: request, hashes: ['x'] });
  const reason = sealNote(sealer, { tenantId, id: hold }, 'hold', 'x');
  await insert('legal_hold', { id: hold, hashes: ['x'], label, sealed_reason: reason, placed_by: userId });
  return { request, hold };
}
