import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentifierType, normalOf } from '../../src/domain/data-requests/identifiers.ts';
import { encodeSubjects, fractionOf } from '../../src/domain/data-requests/subject-index.ts';
import { BlockThreads } from '../../src/pipeline/threads/block-threads.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { CATALOGS } from '../../src/sources/catalogs/all-catalogs.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import type { NameHashing } from '../../src/sources/source.ts';
import { withClient } from '../support/database-text.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** The index of rows that several threads read in ranges, beside one that is reckoned from the lines: JSON.parse, the normal form, the platform's HMAC. */

const HASHING: NameHashing = { key: Buffer.alloc(32, 9), context: 'subject\0tenant|', region: 'US' };
const NEVER = new AbortController().signal;
let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
  await fillSample(server.connection, { contacts: 3_000, interactions: 12_000, days: 30, seed: 6, endsAt: new Date('2026-02-01T00:00:00Z') });
  await withClient(server.connection, async (client) => {
    // Small files are read in one go; so much that PostgreSQL knows of it.
    await client.query('ALTER TABLE ucsx.interaction SET (toast_tuple_target = 8160)');
    await client.query("UPDATE ucsx.interaction SET the_comment = array_to_string(ARRAY(SELECT md5(ixn_id || one) FROM generate_series(1, 110) one), '')");
    await client.query('VACUUM ANALYZE');
  });
}, 120_000);

afterAll(async () => {
  await server?.stop();
});

async function snapshotOf(type: string) {
  const catalog = CATALOGS.get('ucsx');
  if (!catalog) throw new Error('There is no catalog "ucsx".');
  return openPostgresSource(server.connection, catalog).open({ type, entityTypes: null, window: { from: null, to: null } }, NEVER);
}

/** Reads a type to its end by so many threads; gives the ranges, the index, and what the lines say of people. */
async function read(type: string, threadCount: number): Promise<{ ranges: number; index: Buffer | null | undefined; lines: Record<string, unknown>[] }> {
  const [snapshot, threads] = [await snapshotOf(type), new BlockThreads(threadCount)];
  const names = snapshot.noteNames?.(HASHING);
  const lines: Record<string, unknown>[] = [];
  const take = (bytes: Uint8Array): void => {
    for (const line of Buffer.from(bytes).toString('utf8').split('\n')) if (line !== '') lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  let ranges = 0;
  try {
    for (const file of snapshot.files.filter(({ content }) => content === 'rows')) {
      const plan = await snapshot.plan?.(file);
      ranges += plan?.ranges ?? 0;
      if (!plan) for await (const bytes of snapshot.lines(file)) take(bytes);
      else {
        const reading = threads.openReading('fast', NEVER);
        let rest = Buffer.alloc(0);
        for await (const block of reading.read(plan)) {
          const bytes = Buffer.concat([rest, block.plain]);
          const end = bytes.lastIndexOf(10) + 1;
          take(bytes.subarray(0, end));
          rest = Buffer.from(bytes.subarray(end));
          block.release?.();
        }
        await reading.close();
      }
    }
    return { ranges, index: await names?.index(), lines };
  } finally {
    await threads.close();
    await snapshot.close();
  }
}

function reckoned(named: readonly (readonly [IdentifierType, unknown])[]): Buffer {
  const hashes = named.flatMap(([type, value]) => {
    const normal = typeof value === 'string' ? normalOf(type, value, HASHING.region) : null;
    return normal === null ? [] : [createHmac('sha256', HASHING.key).update(`${HASHING.context}${type}|${normal}`).digest()];
  });
  return encodeSubjects(hashes.map(fractionOf));
}

function membersOf(json: unknown, name: string): unknown[] {
  const found: unknown[] = [];
  const text = typeof json === 'string' ? json : JSON.stringify(json ?? null);
  if (!text.startsWith('[')) return found;
  JSON.parse(text, (key, value: unknown) => {
    if (key === name) found.push(value);
    return value;
  });
  return found;
}

it('the index of interactions that several threads read is that of their lines', async () => {
  const { ranges, index, lines } = await read('Interaction', 3);
  expect(ranges).toBeGreaterThan(3);
  expect(lines.length).toBe(12_000);
  const wanted = reckoned(
    lines.flatMap((line) => [
      ['contact_id', line['contactId']] as const,
      ['email', line['fromAddress']] as const,
      ['email', line['replyToAddress']] as const,
      ['phone', line['phoneNumber']] as const,
      ['phone', line['customerNumber']] as const,
      ...[...membersOf(line['toAddresses'], 'address'), ...membersOf(line['ccAddresses'], 'address')].map((one) => ['email', one] as const),
      ...membersOf(line['structuredText'], 'contactId').map((one) => ['contact_id', one] as const),
    ]),
  );
  expect(index?.equals(wanted)).toBe(true);
}, 240_000);

it('the index of contacts is that of their lines, attributes included', async () => {
  const { index, lines } = await read('Contact', 2);
  const ofName: Readonly<Record<string, IdentifierType>> = {
    EmailAddress: 'email',
    PhoneNumber: 'phone',
    TwitterScreenName: 'twitter',
    ExternalId: 'external_id',
  };
  const wanted = reckoned(
    lines.flatMap((line) => [
      ['contact_id', line['contactId']] as const,
      ['contact_id', line['mergeId']] as const,
      ['customer_id', line['customerId']] as const,
      ['email', line['emailAddress']] as const,
      ['phone', line['phoneNumber']] as const,
      ['account_number', line['accountNumber']] as const,
      ...(line['attributes'] as { attributeName: string; strValue: unknown }[]).flatMap(({ attributeName, strValue }) => {
        const type = ofName[attributeName];
        return type ? [[type, strValue] as const] : [];
      }),
    ]),
  );
  expect(index?.equals(wanted)).toBe(true);
}, 240_000);
