import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Actor, Role } from '../../src/domain/permission.ts';
import { addCertificate, changeCertificate, listCertificatesFor, removeCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { createUser } from '../../src/operations/users.ts';
import { deleteCertificate, holdCertificates } from '../../src/records/certificates.ts';
import { inTenant } from '../../src/records/database.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { Recipients } from '../support/recipients.ts';

/** Whose a certificate is; and one that is deleted in the same moment in which a job chooses it: one of the two is refused, in words. */

const recipients = new Recipients();
let door: Door;
let draft: Record<string, unknown>;

beforeAll(async () => {
  door = await openDoor();
  draft = { ...(await draftIn(door.app, door.actor, recipients.make().certificate)), run: { kind: 'daily', time: '03:00' } };
});

afterAll(async () => {
  await door?.close();
  recipients.remove();
});

const one = () => addCertificate(door.app.services, door.actor, { content: recipients.make().certificate });

/** Until somebody waits for what the open transaction holds. */
async function somebodyWaits(): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted`.execute(door.app.services.database);
    expect(rows[0]?.n).toBe(1);
  });
}

it('is renamed, changed and deleted by who uploaded it and by administrators alone', async () => {
  const { services } = door.app;
  const person = (id: string, roles: readonly Role[]): Actor => ({ kind: 'user', tenantId: door.actor.tenantId, userId: id, userName: id, roles });
  const [ann, bob] = await Promise.all(
    ['ann', 'bob'].map(async (name) => person((await createUser(services, door.actor, { name, roles: ['ucsx_exporter'] })).user.id, ['ucsx_exporter'])),
  );
  if (!ann || !bob) throw new Error('There are two of them.');
  const { id } = await addCertificate(services, ann, { content: recipients.make().certificate });
  const mayChange = async (actor: Actor) => (await listCertificatesFor(services, actor)).find((one) => one.id === id)?.mayChange;
  expect([await mayChange(ann), await mayChange(bob), await mayChange(door.actor)]).toEqual([true, false, true]);
  const before = await listCertificatesFor(services, bob);
  for (const act of [() => changeCertificate(services, bob, id, { label: 'Bob', keyTransport: 'pkcs1' }), () => removeCertificate(services, bob, id)])
    await expect(act()).rejects.toMatchObject({ code: 'permission.denied' });
  expect(await listCertificatesFor(services, bob)).toEqual(before);
  expect(await changeCertificate(services, ann, id, { label: 'Ann' })).toMatchObject({ label: 'Ann', mayChange: true });
  // An officer of privacy too is none of its owners.
  await expect(changeCertificate(services, person(bob.userId, ['privacy_officer']), id, { label: 'x' })).rejects.toMatchObject({ code: 'permission.denied' });
  await removeCertificate(services, door.actor, id);
  await expect(changeCertificate(services, ann, id, { label: 'Ann' })).rejects.toMatchObject({ code: 'not_found' });
});

it('refuses the job when the certificate goes first', async () => {
  const { services } = door.app;
  const { id } = await one();
  const job = await inTenant(services.database, door.actor.tenantId, async (tx) => {
    await deleteCertificate(tx, door.actor.tenantId, id);
    const going = createJob(services, door.actor, { ...draft, recipients: [id] }, null).catch((error: unknown) => error);
    await somebodyWaits();
    return { going };
  });
  expect(await job.going).toMatchObject({
    code: 'request.invalid',
    details: { problems: [{ code: 'recipients.unknown', field: 'recipients[0]', value: id }] },
  });
});

it('keeps the certificate when the job comes first, and names the job', async () => {
  const { services } = door.app;
  const { tenantId } = door.actor;
  const { id } = await one();
  const job = await createJob(services, door.actor, draft, null);
  const removal = await inTenant(services.database, tenantId, async (tx) => {
    expect(await holdCertificates(tx, tenantId, [id])).toEqual([id]);
    const going = removeCertificate(services, door.actor, id).catch((error: unknown) => error);
    await somebodyWaits();
    await tx.insertInto('job_recipient').values({ tenant_id: tenantId, job_id: job.id, certificate_id: id }).execute();
    return { going };
  });
  expect(await removal.going).toMatchObject({ code: 'certificate.in_use', details: { value: { jobs: 1, named: [{ id: job.id, title: job.title }] } } });
});
