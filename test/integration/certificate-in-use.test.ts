import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addCertificate, removeCertificate } from '../../src/operations/certificates.ts';
import { createJob } from '../../src/operations/create-job.ts';
import { deleteCertificate, holdCertificates } from '../../src/records/certificates.ts';
import { inTenant } from '../../src/records/database.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { Recipients } from '../support/recipients.ts';

/** A certificate that is deleted in the same moment in which a job chooses it: one of the two is refused, in words. */

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
