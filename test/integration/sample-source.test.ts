import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleSchema, typeFieldsSchema } from '../../src/contract/source.ts';
import type { Role } from '../../src/domain/permission.ts';
import { readFields, sampleSource } from '../../src/operations/sample-source.ts';
import { addSource } from '../../src/operations/sources.ts';
import { fillSample } from '../../src/sample/fill-sample.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** Fields and masked rows of a source, asked through the HTTP door, with the sample contact centre behind it. */

let server: TestPostgres;
let door: Door;

beforeAll(async () => {
  [server, door] = await Promise.all([startTestPostgres(), openDoor()]);
  await fillSample(server.connection, { contacts: 50, interactions: 500, days: 10, seed: 1, endsAt: new Date('2026-02-01T00:00:00Z') });
  const { host, port, user, database, password } = server.connection;
  for (const [name, catalog] of [
    ['UCSX', 'ucsx'],
    ['I W/D', 'iwd'],
  ] as const) {
    await addSource(door.app.services, door.actor, { name, connector: 'postgres', catalog, settings: { host, port, user, database }, secret: password });
  }
  const away = { name: 'Away', connector: 'postgres', catalog: 'ucsx', settings: { host, port: 1, user, database }, secret: password };
  await addSource(door.app.services, door.actor, away);
}, 120_000);

afterAll(async () => {
  await door?.close();
  await server?.stop();
});

const sample = (source: string, body: unknown) => door.call('POST', `/api/sources/${encodeURIComponent(source)}/sample`, body);
const records = async () =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query("SELECT * FROM audit_log WHERE action = 'source.sampled'")).rows);

describe('the fields of a type', () => {
  it('are told with their meaning, also of a source whose name needs quoting', async () => {
    for (const path of ['UCSX/types/Interaction', 'UCSX/types/Contact', 'I%20W%2FD/types/Event', 'Away/types/Contact']) {
      const { status, json } = await door.call('GET', `/api/sources/${path}/fields`);
      expect(status).toBe(200);
      expect(typeFieldsSchema.safeParse(json).error).toBeUndefined();
      expect(json.entityTypes.length).toBeGreaterThan(0);
    }
  });

  it('of an unknown source, type, or a source the roles do not reach are not there, all with the same bytes', async () => {
    const answers = await Promise.all(
      ['Nobody/types/Interaction', 'UCSX/types/Nothing', 'UCSX%00/types/Contact', 'ucsx/types/Contact'].map((path) =>
        door.call('GET', `/api/sources/${path}/fields`),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, text: answers[0]?.text });
    await expect(readFields(door.app.services, as('iwd_administrator'), 'UCSX', 'Interaction')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a sample', () => {
  it('gives the newest rows, masked, and is on record', async () => {
    const before = (await records()).length;
    const { status, json } = await sample('UCSX', { type: 'Interaction', entityTypes: ['EmailIn', 'Chat'] });
    expect(status).toBe(200);
    expect(sampleSchema.safeParse(json).error).toBeUndefined();
    expect(json.entityTypes.map((one: { entityType: string }) => one.entityType)).toEqual(['EmailIn', 'Chat']);
    const [row] = json.entityTypes[0].rows;
    expect(json.entityTypes[0].rows).toHaveLength(10);
    expect(row).toMatchObject({ entityTypeId: { value: 0 }, startDate: { value: expect.stringMatching(/^2026-01-/) }, fromAddress: { upTo: 100 } });
    const taken = await records();
    expect(taken).toHaveLength(before + 1);
    expect(taken.at(-1)).toMatchObject({ actor_id: door.actor.userId, object_kind: 'source', detail: { type: 'Interaction' } });
  });

  it('counts the rows of a nested list', async () => {
    const { json } = await sample('UCSX', { type: 'Contact' });
    expect(json.entityTypes[0].rows[0].attributes).toEqual({ upTo: expect.any(Number) });
  });

  it.each([
    ['an unknown type', { type: 'Nothing' }, ['type type.not_supported']],
    ['an unknown entity type', { type: 'Interaction', entityTypes: ['Chat', 'Fax'] }, ['entityTypes[1] entity_types.unknown']],
    ['an entity type twice', { type: 'Interaction', entityTypes: ['Chat', 'Chat'] }, ['entityTypes[1] entity_types.unknown']],
    ['no entity type', { type: 'Interaction', entityTypes: [] }, ['entityTypes field.type']],
    ['no type', {}, ['type field.required']],
    ['more than it takes', { type: 'Interaction', rows: 1_000 }, ['rows property.unknown']],
  ])('of %s is refused, and nothing is read', async (_name, body, problems) => {
    const before = (await records()).length;
    const { status, json } = await sample('UCSX', body);
    expect(status).toBe(422);
    expect(json.errors.map((one: { field: string; code: string }) => `${one.field} ${one.code}`)).toEqual(problems);
    expect(await records()).toHaveLength(before);
  });

  it('of a source that is unknown, or that the roles do not reach, is not there', async () => {
    expect(await sample('Nobody', { type: 'Interaction' })).toMatchObject({ status: 404 });
    const asked = { type: 'Interaction', entityTypes: 'all' } as const;
    const never = new AbortController().signal;
    await expect(sampleSource(door.app.services, as('iwd_administrator'), 'UCSX', asked, never)).rejects.toMatchObject({ code: 'not_found' });
    await expect(sampleSource(door.app.services, as(), 'UCSX', asked, never)).rejects.toMatchObject({ code: 'permission.denied' });
  });

  it('of a source that does not answer says so', async () => {
    const asked = { type: 'Contact', entityTypes: 'all' } as const;
    const taken = sampleSource(door.app.services, door.actor, 'Away', asked, new AbortController().signal);
    await expect(taken).rejects.toMatchObject({ code: 'source.unreachable' });
  });
});

function as(...roles: Role[]) {
  return { ...door.actor, roles };
}
