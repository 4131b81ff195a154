import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import type { Catalog } from '../../src/sources/catalogs/catalog.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import { openPlanReader } from '../../src/sources/postgres/read-plan.ts';
import type { PostgresSettings } from '../../src/sources/postgres/settings.ts';
import type { ReadRequest } from '../../src/sources/source.ts';
import { startTestPostgres, type TestConnection, type TestPostgres } from '../support/postgres.ts';
import { run } from './prepare-postgres.ts';

/** A real PostgreSQL with TLS, certificates made by openssl: who is let through, who is not, and what is read. */

const NEVER = new AbortController().signal;
const ALL: ReadRequest = { type: 'Interaction', entityTypes: ['EmailIn'], window: { from: null, to: null } };
const folder = mkdtempSync(path.join(tmpdir(), 'udm-tls-'));
const catalog = CATALOGS.get('ucsx') as Catalog;
let server: TestPostgres;
let connection: TestConnection;

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}

/** A CA, and a server certificate of it for these names. */
function authority(name: string, names = '', days = '30'): { ca: string; key: string; certificate: string } {
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=CA ${name}`, '-days', '30', '-keyout', `${name}-ca.key`, '-out', `${name}-ca.pem`);
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  writeFileSync(path.join(folder, `${name}.ext`), `subjectAltName=${names}\n`);
  const signed = ['-CA', `${name}-ca.pem`, '-CAkey', `${name}-ca.key`, '-CAcreateserial', '-days', days, '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.pem`);
  const [ca, key, certificate] = [`${name}-ca.pem`, `${name}.key`, `${name}.pem`].map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return { ca, key, certificate } as { ca: string; key: string; certificate: string };
}

let good: ReturnType<typeof authority>;
let other: ReturnType<typeof authority>;

/** Gives the running server a certificate; null: no TLS. */
async function serveWith(pair: { key: string; certificate: string } | null): Promise<void> {
  const data = path.join(server.folder, 'data');
  const { uid, gid } = statSync(data);
  for (const [name, text] of Object.entries(pair ? { 'server.key': pair.key, 'server.crt': pair.certificate } : {})) {
    const file = path.join(data, name);
    writeFileSync(file, text, { mode: 0o600 });
    chownSync(file, uid, gid);
  }
  await run(server.connection, `ALTER SYSTEM SET ssl = ${pair ? 'on' : 'off'}`);
  await run(server.connection, 'SELECT pg_reload_conf()');
  await vi.waitFor(async () => expect(await offersTls(server.connection.port)).toBe(pair !== null), { timeout: 10_000 });
}

/** Asks as any client does, every time on a connection that the server forked after its reload. */
function offersTls(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once('error', reject).once('data', (bytes) => {
      resolve(bytes.toString() === 'S');
      socket.destroy();
    });
  });
}

beforeAll(async () => {
  good = authority('good', 'DNS:localhost,IP:127.0.0.1');
  other = authority('other', 'DNS:elsewhere.example');
  server = await startTestPostgres();
  connection = await server.newDatabase();
  await fillSample(connection, { contacts: 200, interactions: 30_000, days: 30, seed: 5, endsAt: new Date('2026-03-01T00:00:00Z') });
  await run(connection, 'ANALYZE');
}, 120_000);
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const source = (settings: Partial<PostgresSettings>) => openPostgresSource({ ...connection, ...settings }, catalog);
const verified = (ca: string): Partial<PostgresSettings> => ({ tls: 'verified', caCertificate: ca });

test('a server without TLS is refused wherever TLS is asked for', async () => {
  for (const mode of ['verified', 'required'] as const) await expect(source({ tls: mode }).check()).rejects.toMatchObject({ code: 'source.tls_not_offered' });
  await source({ tls: 'off' }).check();
});

describe('with TLS', () => {
  beforeAll(() => serveWith(good));

  test.each<[string, () => Partial<PostgresSettings>, string | null]>([
    ['the right CA, by address', () => verified(good.ca), null],
    ['the right CA, by name', () => ({ ...verified(good.ca), host: 'localhost' }), null],
    ['the right CA beside another', () => verified(other.ca + good.ca), null],
    ['another CA', () => verified(other.ca), 'source.tls_untrusted'],
    ['the CAs of the system', () => ({ tls: 'verified' }), 'source.tls_untrusted'],
    ['no check', () => ({ tls: 'required' }), null],
    ['no check of the name, but of the CA', () => ({ tls: 'required', caCertificate: other.ca }), 'source.tls_untrusted'],
    ['no TLS, to a server that has it', () => ({ tls: 'off' }), null],
  ])('%s', async (_, settings, code) => {
    const check = source(settings()).check();
    if (code === null) await check;
    else await expect(check).rejects.toMatchObject({ code });
  });

  test('a run, its further connections, samples and clock give the same bytes as without, and every connection is secured', async () => {
    const plain = await everything({ tls: 'off' });
    const secured = await everything(verified(good.ca), async () => {
      const rows = await run<{ ssl: boolean }>(
        connection,
        "SELECT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'udm'",
      );
      return rows.map((row) => row.ssl);
    });
    expect(plain.lines.length).toBeGreaterThan(2_000_000);
    expect(secured.lines.equals(plain.lines)).toBe(true);
    expect(secured.ranges.equals(plain.lines)).toBe(true);
    expect(plain.ranges.equals(plain.lines)).toBe(true);
    expect(secured.sample).toEqual(plain.sample);
    expect(secured.seen).toEqual([true, true]);
    expect(Math.abs(Date.parse(await source(verified(good.ca)).reach(NEVER)) - Date.now())).toBeLessThan(60_000);
  }, 60_000);

  test('an abort cancels in the server, over TLS, too', async () => {
    await run(
      connection,
      `ALTER TABLE ucsx.interaction RENAME TO quick;
      CREATE FUNCTION ucsx.slow() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT pg_sleep(60) IS NULL';
      CREATE VIEW ucsx.interaction AS SELECT * FROM ucsx.quick WHERE ucsx.slow()`,
    );
    const controller = new AbortController();
    const sample = source(verified(good.ca)).sample({ type: 'Interaction', entityTypes: ['EmailIn'], rows: 1 }, controller.signal);
    sample.catch(() => undefined);
    const busy = async () => (await run(connection, "SELECT FROM pg_stat_activity WHERE application_name = 'udm' AND state = 'active'")).length;
    await expect.poll(busy, { timeout: 4_000, interval: 10 }).toBe(1);
    // Nothing without TLS may get through any more: a cancel request that went around it would not arrive.
    const hba = path.join(server.folder, 'data', 'pg_hba.conf');
    const before = readFileSync(hba, 'utf8');
    writeFileSync(hba, `hostnossl "${connection.database}" all 127.0.0.1/32 reject\n${before}`);
    await run(server.connection, 'SELECT pg_reload_conf()');
    await expect
      .poll(
        () =>
          source({ tls: 'off' })
            .reach(NEVER)
            .catch((error: { code: string }) => error.code),
        { timeout: 5_000 },
      )
      .toBe('source.not_admitted');
    controller.abort(new Error('stop'));
    await expect(sample).rejects.toThrow('stop');
    writeFileSync(hba, before);
    await run(server.connection, 'SELECT pg_reload_conf()');
    await expect.poll(() => busy().catch(() => -1), { timeout: 4_000 }).toBe(0);
    await run(connection, 'DROP VIEW ucsx.interaction; ALTER TABLE ucsx.quick RENAME TO interaction');
  }, 30_000);

  test('a certificate for another name is refused, with its names', async () => {
    await serveWith(other);
    await expect
      .poll(
        () =>
          source(verified(other.ca))
            .check()
            .catch((error: { code: string; details: { value: unknown } }) => [error.code, error.details.value]),
        { timeout: 5_000 },
      )
      .toEqual(['source.tls_wrong_name', 'DNS:elsewhere.example']);
    await source({ tls: 'required', caCertificate: other.ca }).check();
    await serveWith(good);
  });
});

test('to a server whose certificate does not pass nothing is said, not even who wants to sign in', async () => {
  const said: Buffer[] = [];
  const ended: Promise<void>[] = [];
  const fake = net.createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', (request) => {
        expect([...request]).toEqual([0, 0, 0, 8, 4, 210, 22, 47]);
        socket.write('S');
        const secured = new tls.TLSSocket(socket, { isServer: true, key: other.key, cert: other.certificate });
        ended.push(new Promise((resolve) => secured.on('close', resolve)));
        secured.on('error', () => undefined).on('data', (bytes) => said.push(bytes));
      });
  });
  await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
  const { port } = fake.address() as net.AddressInfo;
  for (const [ca, code] of [
    [good.ca, 'source.tls_untrusted'],
    [other.ca, 'source.tls_wrong_name'],
  ] as const)
    await expect(source({ ...verified(ca), port }).check()).rejects.toMatchObject({ code });
  await Promise.all(ended);
  expect(ended).toHaveLength(2);
  expect(Buffer.concat(said).length).toBe(0);
  // The same server hears a good deal from whoever trusts it.
  const trusting = source({ tls: 'required', port }).check();
  trusting.catch(() => undefined);
  await expect.poll(() => Buffer.concat(said).toString('latin1'), { timeout: 5_000 }).toContain(connection.user);
  fake.close();
});

test('what talks before the handshake is refused, and what is silent is left', async () => {
  const eager = net.createServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.write('SExtra words in the clear')));
  await new Promise<void>((resolve) => eager.listen(0, '127.0.0.1', resolve));
  const { port } = eager.address() as net.AddressInfo;
  await expect(source({ tls: 'required', port }).check()).rejects.toMatchObject({ code: 'source.tls_failed' });
  eager.close();
});

async function everything(settings: Partial<PostgresSettings>, look: () => Promise<boolean[]> = async () => []) {
  const snapshot = await source(settings).open(ALL, NEVER);
  const [file] = snapshot.files;
  if (!file) throw new Error('no file');
  const plan = await snapshot.plan?.(file);
  const lines: Uint8Array[] = [];
  for await (const batch of snapshot.lines(file)) lines.push(batch);
  const ranges: Uint8Array[] = [];
  let seen: boolean[] = [];
  if (plan) {
    const reader = await openPlanReader(structuredClone(plan.shared), NEVER);
    for (let range = 0; range < plan.ranges; range += 1) for await (const { bytes } of reader.read(plan.data, range)) ranges.push(Uint8Array.from(bytes));
    seen = await look();
    await reader.close();
  }
  await snapshot.close();
  const sample = await source(settings).sample({ type: 'Interaction', entityTypes: null, rows: 10 }, NEVER);
  return { lines: Buffer.concat(lines), ranges: Buffer.concat(ranges), sample, seen };
}
