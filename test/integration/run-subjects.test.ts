import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IdentifierType, type NormalIdentifier, normalOf } from '../../src/domain/data-requests/identifiers.ts';
import { fractionOf, holdsSubject } from '../../src/domain/data-requests/subject-index.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { subjectHash } from '../../src/operations/data-requests/subject-hash.ts';
import { deleteArtifact } from '../../src/operations/delete-artifact.ts';
import { deleteFilesDue } from '../../src/operations/delete-files.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { addSource } from '../../src/operations/sources.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { Recipients } from '../support/recipients.ts';

/** Whom the files of a run hold: asked of the index that real runs over the sample contact centre left in the database. */

const CONTACTS = 2_000;
/** Every question reads the whole index. */
const MOST_ASKED = 300;
const NEVER = new AbortController().signal;
const recipients = new Recipients();
let server: TestPostgres;
let door: Door;
let certificateId: string;

beforeAll(async () => {
  [server, door] = await Promise.all([startTestPostgres(), openDoor()]);
  await fillSample(server.connection, { contacts: CONTACTS, interactions: 4_000, days: 10, seed: 4, endsAt: new Date('2026-02-01T00:00:00Z') });
  await inSource(`
    UPDATE ucsx.interaction SET contact_id = NULL, from_address = ' "Odd, One" <Odd.One@Example.ORG> ' WHERE ixn_id = (SELECT min(ixn_id) FROM ucsx.interaction WHERE entity_type_id = 0);
    UPDATE ucsx.interaction SET cc_addresses = '[{"address":"third@example.org","personal":"T"},{"address":"fourth@example.org"},5]' WHERE ixn_id = (SELECT max(ixn_id) FROM ucsx.interaction WHERE entity_type_id = 1);
    UPDATE ucsx.interaction SET structured_text = '[{"from":{"type":"Customer","contactId":"IN-A-CHAT"},"text":"\\"contactId\\": \\"QUOTED\\""},{"from":{"contactId" : 77}}]' WHERE ixn_id = (SELECT min(ixn_id) FROM ucsx.interaction WHERE entity_type_id = 2);
    UPDATE ucsx.interaction SET structured_text = 'no JSON, "contactId":"\\q" at all' WHERE ixn_id = (SELECT max(ixn_id) FROM ucsx.interaction WHERE entity_type_id = 2);
    UPDATE ucsx.contact_attribute SET str_value = '0049 30/901820' WHERE attribute_id = (SELECT min(attribute_id) FROM ucsx.contact_attribute WHERE attribute_name = 'PhoneNumber')`);
  const { host, port, user, database, password } = server.connection;
  for (const catalog of ['ucsx', 'iwd'])
    await addSource(door.app.services, door.actor, {
      name: catalog.toUpperCase(),
      connector: 'postgres',
      catalog,
      settings: { host, port, user, database },
      secret: password,
    });
  certificateId = (await addCertificate(door.app.services, door.actor, { content: recipients.make().certificate })).id;
}, 120_000);

afterAll(async () => {
  await door?.close();
  await server?.stop();
  recipients.remove();
});

async function inSource<Row>(text: string): Promise<Row[]> {
  return withClient(server.connection, async (client) => {
    const answer = await client.query(text);
    return (answer.rows ?? []) as Row[];
  });
}

async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
}

/** Exports a type once; gives the run and its index. */
async function exported(source: string, type: string, more: object = {}): Promise<{ id: string; index: Buffer; bytes: number }> {
  const how = { entityTypes: 'all', run: { kind: 'once', start: 'immediately' }, range: { kind: 'all' }, recipients: [certificateId] };
  const draft = { title: `${type} ${randomUUID()}`, source, type, ...how, ...more };
  const job = await createJob(door.app.services, door.actor, draft, null);
  const [run] = await sql('SELECT id FROM run WHERE job_id = $1', [job.id]);
  const id = run?.['id'] as string;
  await executeRun(door.app.services, { tenantId: door.actor.tenantId, runId: id }, NEVER);
  const [made] = await sql(
    'SELECT r.status, s.subjects, (SELECT sum(bytes) FROM artifact WHERE run_id = r.id) AS bytes FROM run r LEFT JOIN run_subjects s ON s.run_id = r.id WHERE r.id = $1',
    [id],
  );
  expect(made).toMatchObject({ status: 'succeeded' });
  return { id, index: made?.['subjects'] as Buffer, bytes: Number(made?.['bytes']) };
}

const fraction = (one: NormalIdentifier, tenantId = door.actor.tenantId) =>
  fractionOf(Buffer.from(subjectHash(door.app.services.sealer, tenantId, one), 'base64url'));
const holds = (index: Buffer, type: IdentifierType, value: string) => {
  const normal = normalOf(type, value, null);
  return normal !== null && holdsSubject(index, [fraction({ type, normal })]);
};
const missing = (index: Buffer, type: IdentifierType, values: readonly { value: string }[]) =>
  values.slice(0, MOST_ASKED).filter(({ value }) => !holds(index, type, value));

describe('the subjects of a run', () => {
  it('are all whom its interactions name, also those who only take part, and nobody else', async () => {
    const { index } = await exported('UCSX', 'Interaction');
    const named = (expression: string) =>
      inSource<{ value: string }>(`SELECT DISTINCT ${expression} AS value FROM ucsx.interaction WHERE ${expression} IS NOT NULL`);
    for (const [column, type] of [
      ['contact_id', 'contact_id'],
      ['from_address', 'email'],
      ['reply_to_address', 'email'],
      ['phone_number', 'phone'],
      ['customer_number', 'phone'],
      ["to_addresses -> 0 ->> 'address'", 'email'],
    ] as const) {
      const values = await named(column);
      expect(values.length).toBeGreaterThan(50);
      expect(missing(index, type, values)).toEqual([]);
    }
    for (const address of ['odd.one@example.org', 'third@example.org', 'fourth@example.org']) expect(holds(index, 'email', address)).toBe(true);
    for (const id of ['IN-A-CHAT', '77']) expect(holds(index, 'contact_id', id)).toBe(true);
    const others = await inSource<{ value: string }>(
      `SELECT contact_id AS value FROM ucsx.contact c WHERE NOT EXISTS (SELECT FROM ucsx.interaction i WHERE i.contact_id = c.contact_id)
         AND contact_id NOT IN (SELECT m[1] FROM ucsx.interaction, regexp_matches(structured_text, '"contactId": *"([^"]+)"', 'g') m)`,
    );
    expect(others.length).toBeGreaterThan(100);
    expect(missing(index, 'contact_id', others).length).toBeGreaterThan(Math.min(others.length, MOST_ASKED) - 2);
  });

  it('are all contacts by everything that names them', async () => {
    const { index } = await exported('UCSX', 'Contact');
    for (const [column, type] of [
      ['contact_id', 'contact_id'],
      ['customer_id', 'customer_id'],
      ['email_address', 'email'],
      ['phone_number', 'phone'],
      ['account_number', 'account_number'],
    ] as const)
      expect(missing(index, type, await inSource(`SELECT ${column} AS value FROM ucsx.contact WHERE ${column} IS NOT NULL`))).toEqual([]);
    const addresses = await inSource<{ value: string }>("SELECT str_value AS value FROM ucsx.contact_attribute WHERE attribute_name = 'EmailAddress'");
    expect(addresses.length).toBeGreaterThan(CONTACTS);
    expect(missing(index, 'email', addresses)).toEqual([]);
    expect(holds(index, 'phone', '+49 30 901820')).toBe(true);
  });

  it('are customers of work items, of the window alone', async () => {
    const from = '2026-01-30T00:00:00Z';
    const { index } = await exported('IWD', 'Event', { range: { kind: 'fixed', from, to: '2026-02-01T00:00:00Z' } });
    const customers = (condition: string) =>
      inSource<{ value: string }>(
        `SELECT customer_id AS value FROM iwd.work_item LEFT JOIN iwd.event USING (work_item_id) WHERE customer_id IS NOT NULL
          GROUP BY 1 HAVING greatest(max(created_date_time), max(event_date_time)) ${condition}`,
      );
    // Also of items that are older than what happened to them.
    const inside = await customers(`>= '${from}'`);
    const outside = await customers(`< '${from}'`);
    expect([inside.length > 20, outside.length > 20]).toEqual([true, true]);
    expect(missing(index, 'customer_id', inside)).toEqual([]);
    expect(missing(index, 'customer_id', outside).length).toBeGreaterThan(Math.min(outside.length, MOST_ASKED) - 2);
  });

  it('say nothing to whoever has the database alone, and nothing across tenants', async () => {
    const { index } = await exported('IWD', 'Event');
    const [{ value }] = (await inSource('SELECT customer_id AS value FROM iwd.work_item LIMIT 1')) as [{ value: string }];
    expect(holds(index, 'customer_id', value)).toBe(true);
    const elsewhere = fraction({ type: 'customer_id', normal: value }, '00000000-0000-4000-8000-000000000000');
    expect(holdsSubject(index, [elsewhere])).toBe(false);
    expect(index.includes(value)).toBe(false);
  });

  it('go with the last file of the run', async () => {
    const { id } = await exported('UCSX', 'Interaction', { splitMegabytes: 1 });
    const parts = await sql('SELECT id FROM artifact WHERE run_id = $1 ORDER BY part', [id]);
    expect(parts.length).toBeGreaterThan(1);
    const left = async () => (await sql('SELECT FROM run_subjects WHERE run_id = $1', [id])).length;
    for (const [place, part] of parts.entries()) {
      expect(await left(), `before part ${place + 1}`).toBe(1);
      await deleteArtifact(door.app.services, door.actor, part['id'] as string);
      await deleteFilesDue(door.app.services, null);
    }
    expect(await left()).toBe(0);
  });
});
