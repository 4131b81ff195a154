import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { DataRequestDetails } from '../../src/contract/data-request.ts';
import { addIdentifiers } from '../../src/operations/data-requests/add-identifiers.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { approveRequest, confirmSeveral } from '../../src/operations/data-requests/approve-request.ts';
import { refuseRequest, stopRequest } from '../../src/operations/data-requests/decide-request.ts';
import { endInPart } from '../../src/operations/data-requests/end-in-part.ts';
import { noteInLedger } from '../../src/operations/data-requests/ledger-standing.ts';
import { getReceipt } from '../../src/operations/data-requests/read-receipt.ts';
import { listHoldsFor, placeHold, releaseLegalHold } from '../../src/operations/data-requests/legal-holds.ts';
import { beginRequest, noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { getRequest } from '../../src/operations/data-requests/read-requests.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import { openFoundPerson } from '../../src/operations/data-requests/sealed-person.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import { deleteSource } from '../../src/operations/change-source.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource } from '../../src/operations/sources.ts';
import { changeSettings } from '../../src/operations/tenant-settings.ts';
import { CodedError } from '../../src/errors.ts';
import { inTenant } from '../../src/records/database.ts';
import { claimStep, dueSteps, endStep, extendStep, type StepLease } from '../../src/records/data-requests/steps.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Asked, peopleInMemory, withPeople, type World } from '../support/in-memory-people.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** From the note on an identity to the moment when work may begin: discovery, several people, holds, approval, the delay, and workers that die. */

const never = new AbortController().signal;
let home: string;
let app: App;
let services: Services;
let officer: SignedIn['actor'];
let approver: SignedIn['actor'];
const world: World = { person: [], letter: [], order: [], call: [] };
const asked: Asked = { before: async () => {}, questions: [] };

beforeAll(async () => {
  home = await passableFolder('udm-discovery-');
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  approver = (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor;
  const admin = await administrator(app, 'alpha');
  const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
  for (const name of ['One', 'Two']) await addSource(app.services, admin, { name, connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
  services = withPeople(app.services, peopleInMemory(world, asked));
});

afterAll(async () => {
  await app?.stop();
  await rm(home, { recursive: true, force: true });
});

let count = 0;
beforeEach(() => {
  count += 1;
  asked.before = async () => {};
  asked.questions.length = 0;
});

/** Two people of this test: they share a phone, write letters, and one is copied in a letter to the other. */
function people() {
  const [ada, ben] = [`ada${count}@example.com`, `ben${count}@example.com`];
  const phone = `+4989777${String(count).padStart(4, '0')}`;
  world.person = [
    { Id: `A${count}`, Email: ada, Phone: phone },
    { Id: `B${count}`, Email: ben, Phone: phone },
  ];
  world.letter = [
    { Id: 'L1', Contact: `A${count}`, Copy: null },
    { Id: 'L2', Contact: `A${count}`, Copy: ben },
    { Id: 'L3', Contact: `B${count}`, Copy: ada },
    { Id: 'L4', Contact: `B${count}`, Copy: null },
  ];
  world.order = [{ Id: 'O1', Contact: `A${count}` }];
  world.call = [{ Id: 'C1', Phone: phone }];
  return { ada, ben, phone };
}

async function submitted(identifiers: { type: string; value: string }[], kind = 'erasure'): Promise<string> {
  const { items } = await submitRequest(services, officer, { caseId: `D-${count}`, kinds: [kind], identifiers });
  return items[0]?.id as string;
}

/** Notes the identity, so that discovery begins, and works until nothing is left. */
async function discovered(identifiers: { type: string; value: string }[], kind = 'erasure'): Promise<DataRequestDetails> {
  const id = await submitted(identifiers, kind);
  await noteIdentity(services, officer, id, { note: 'Passport seen.' });
  return worked(id);
}

const stepsOf = (id: string) => inTenant(services.database, officer.tenantId, (tx) => dueSteps(tx, officer.tenantId, id));

async function worked(id: string): Promise<DataRequestDetails> {
  for (let steps = await stepsOf(id); steps.some((one) => ['person', 'discovery'].includes(one.phase)); steps = await stepsOf(id))
    await Promise.all(steps.map((step) => executeRequestStep(services, step, never)));
  return getRequest(services, officer, id);
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof CodedError ? error.code : String(error)),
  );
const query = async (text: string, values: unknown[]) => withClient(await superuserOf(app.dataFolder), (client) => client.query(text, values));
const email = (value: string) => ({ type: 'email', value });
const phoneOf = (value: string) => ({ type: 'phone', value });

describe('discovery', () => {
  it('counts what every source holds of the person, seals who it is, and changes nothing', async () => {
    const { ada, ben, phone } = people();
    const before = JSON.stringify(world);
    const found = await discovered([email(ada.toUpperCase())]);
    expect(found).toMatchObject({ state: 'approval', people: 1, steps: { phase: 'discovery', total: 2, done: 2, failed: 0 }, error: null });
    const ofOne = found.findings
      .filter(({ source }) => source === 'One')
      .map(({ type, found: n, shared, uncertain, kept }) => ({ type, n, shared, uncertain, kept }));
    expect(ofOne).toEqual([
      { type: 'call', n: 1, shared: 0, uncertain: 1, kept: 0 },
      // Her own, one with somebody else in it, and one in which she is copied.
      { type: 'letter', n: 3, shared: 2, uncertain: 0, kept: 0 },
      { type: 'order', n: 1, shared: 0, uncertain: 0, kept: 1 },
      { type: 'person', n: 1, shared: 0, uncertain: 0, kept: 0 },
    ]);
    expect(found.findings.filter(({ source }) => source === 'Two')).toHaveLength(4);
    expect(JSON.stringify(world)).toBe(before);
    const { aliases, holders } = await openFoundPerson(services, officer.tenantId, found.id);
    expect(aliases.map(({ normal }) => normal).sort()).toEqual([phone, `A${count}`, ada].sort());
    expect(holders.both.map(({ normal }) => normal)).toEqual([phone]);
    expect(found.preview.length).toBeGreaterThan(3);
    for (const word of [ada, ben, phone]) expect(JSON.stringify(found)).not.toContain(word);
    const stored = JSON.stringify((await query('SELECT s::text, encode(sealed, $1) FROM data_request_snapshot s', ['escape'])).rows);
    for (const word of [ada, phone]) expect(stored).not.toContain(word);
  });

  it('of somebody whom nobody knows ends without approval: there is nothing to change', async () => {
    people();
    const { id, ...found } = await discovered([email(`nobody${count}@example.com`)]);
    expect(found).toMatchObject({ state: 'verified', people: 0, findings: [] });
    // It says what keeps it from its end, also behind the last step.
    await advanceRequests(services);
    await query(`UPDATE data_request_step SET state = 'done' WHERE request_id = $1`, [id]);
    const isFull = () => Promise.reject(new CodedError('ledger.unwritable', { value: 'ENOSPC' }));
    await query('UPDATE data_request SET ledger_seq = 0 WHERE id = $1', [id]);
    const broken = { ...services, ledger: { ...services.ledger, append: isFull } };
    await advanceRequests(broken);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'verified', error: { code: 'ledger.unwritable', value: 'ENOSPC' } });
    await advanceRequests(services);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'done', error: null });
  });

  it('of an access request goes on to the work at once, in one step over all sources', async () => {
    const { ada } = people();
    expect(await discovered([email(ada)], 'access')).toMatchObject({ state: 'running', steps: { phase: 'collect', total: 1, done: 0 } });
  });

  it('stops when several people are meant: one more identifier tells which', async () => {
    const { ada, phone } = people();
    const several = await discovered([phoneOf(phone)]);
    expect(several).toMatchObject({ state: 'ambiguous', people: 2, findings: [], preview: [], error: { code: 'gdpr.ambiguous', value: { people: 2 } } });
    expect(await codeOf(approveRequest(services, approver, several.id))).toBe('gdpr.ambiguous');
    await addIdentifiers(services, officer, several.id, { identifiers: [email(ada)] });
    expect(await worked(several.id)).toMatchObject({ state: 'approval', people: 1, error: null });
  });

  it('takes several people when a second person says so, and nobody else', async () => {
    const { phone } = people();
    const { id } = await discovered([phoneOf(phone)]);
    expect(await codeOf(confirmSeveral(services, officer, id))).toBe('gdpr.four_eyes');
    expect(await codeOf(confirmSeveral(services, { ...approver, isFresh: false }, id))).toBe('sign_in.fresh_required');
    await confirmSeveral(services, approver, id);
    const found = await worked(id);
    expect(found).toMatchObject({ state: 'approval', people: 2, approvals: [{ user: 'approver', what: 'several_people' }] });
    expect(found.findings.find(({ type }) => type === 'person')).toMatchObject({ found: 2 });
    // The agreement to several people is none to the erasure.
    expect((await query(`SELECT state FROM data_request WHERE id = $1`, [id])).rows).toEqual([{ state: 'approval' }]);
    // Nor to more people than there were then.
    const anew = async () => {
      const hold = await placeHold(services, officer, { identifiers: [phoneOf(phone)], reason: 'Lawsuit.' });
      await releaseLegalHold(services, officer, hold.id, { reason: 'Settled.' });
      return worked(id);
    };
    expect(await anew()).toMatchObject({ state: 'approval', people: 2 });
    world.person.push({ Id: `C${count}`, Email: `eve${count}@example.com`, Phone: phone });
    expect(await anew()).toMatchObject({ state: 'ambiguous', people: 3, findings: [], error: { code: 'gdpr.ambiguous', value: { people: 3 } } });
  });
});

describe('a worker that dies', () => {
  const expire = (id: string) =>
    query(`UPDATE data_request_step SET leased_until = udm_now() - interval '1 second' WHERE request_id = $1 AND state = 'running'`, [id]);

  it('leaves its step to another, and what it still writes is refused', async () => {
    const { ada } = people();
    const id = await submitted([email(ada)]);
    await noteIdentity(services, officer, id, { note: 'Seen.' });
    for (const phase of ['person', 'discovery']) {
      const [step] = await stepsOf(id);
      if (!step) throw new Error('There is no step.');
      expect(step.phase).toBe(phase);
      const dead = (await inTenant(services.database, officer.tenantId, (tx) => claimStep(tx, step))) as StepLease;
      // While it gives signs of life nobody takes it.
      expect(await inTenant(services.database, officer.tenantId, (tx) => claimStep(tx, step))).toBeNull();
      expect((await stepsOf(id)).some((one) => one.sourceId === step.sourceId && one.phase === phase)).toBe(false);
      await expire(id);
      expect(await advanceRequests(services)).toBeGreaterThan(0);
      const next = (await inTenant(services.database, officer.tenantId, (tx) => claimStep(tx, step))) as StepLease;
      // Also while the other is at work.
      for (const what of ['extend', 'end'] as const)
        expect(
          await inTenant(services.database, officer.tenantId, (tx) => (what === 'end' ? endStep(tx, dead, { state: 'done' }) : extendStep(tx, dead))),
        ).toBe(false);
      expect([next.attempt, next.fence]).toEqual([2, dead.fence + 1]);
      await expire(id);
      await executeRequestStep(services, step, never);
      expect(await inTenant(services.database, officer.tenantId, (tx) => endStep(tx, dead, { state: 'failed', code: 'internal' }))).toBe(false);
    }
    expect(await worked(id)).toMatchObject({ state: 'approval', steps: { total: 2, done: 2, failed: 0 }, error: null });
  });

  it('and comes back when another has finished, changes nothing of what that one found', async () => {
    const { ada } = people();
    const id = await submitted([email(ada)]);
    await noteIdentity(services, officer, id, { note: 'Seen.' });
    const { promise: standing, resolve: goOn } = Promise.withResolvers<void>();
    let isFirst = true;
    asked.before = async () => {
      if (!isFirst) return;
      isFirst = false;
      await standing;
    };
    const [step] = await stepsOf(id);
    const zombie = executeRequestStep(services, step as StepLease, never);
    await expect.poll(() => asked.questions.length).toBeGreaterThan(0);
    await expire(id);
    const found = await worked(id);
    expect(found.state).toBe('approval');
    goOn();
    await zombie;
    expect(await getRequest(services, officer, id)).toEqual({ ...found, version: found.version });
  });

  it('when told to stop leaves the step as it is for the next', async () => {
    const { ada } = people();
    const id = await submitted([email(ada)]);
    await noteIdentity(services, officer, id, { note: 'Seen.' });
    const stop = new AbortController();
    asked.before = async () => {
      stop.abort(new Error('stopping'));
      stop.signal.throwIfAborted();
    };
    const [step] = await stepsOf(id);
    await expect(executeRequestStep(services, step as StepLease, stop.signal)).rejects.toThrow();
    asked.before = async () => {};
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'discovery', error: null });
    await expire(id);
    expect(await worked(id)).toMatchObject({ state: 'approval' });
  });

  it('as did all before it leaves a step that is told, not one that is begun for ever', async () => {
    const { ada } = people();
    const id = await submitted([email(ada)]);
    await noteIdentity(services, officer, id, { note: 'Seen.' });
    const [step] = await stepsOf(id);
    await query(`UPDATE data_request_step SET attempt = 20, state = 'running', leased_until = udm_now() + interval '9 years' WHERE request_id = $1`, [id]);
    // A lease that a clock far ahead wrote holds nobody up.
    await executeRequestStep(services, step as StepLease, never);
    expect(await getRequest(services, officer, id)).toMatchObject({ error: { code: 'gdpr.workers_lost', value: 20 }, may: { begin: true } });
  });

  it('or a source that is away, makes it wait; a lasting cause is told, and discovery begins anew', async () => {
    const { ada } = people();
    const id = await submitted([email(ada)]);
    await noteIdentity(services, officer, id, { note: 'Seen.' });
    const [step] = await stepsOf(id);
    asked.before = () => Promise.reject(new CodedError('source.unreachable', { value: 'One' }));
    await executeRequestStep(services, step as StepLease, never);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'discovery', error: null, steps: { failed: 0 } });
    expect(await stepsOf(id)).toEqual([]);
    await query(`UPDATE data_request_step SET leased_until = NULL WHERE request_id = $1 AND phase = 'person'`, [id]);
    asked.before = () => Promise.reject(new CodedError('gdpr.no_catalog', { value: 'One' }));
    await executeRequestStep(services, step as StepLease, never);
    expect(await getRequest(services, officer, id)).toMatchObject({
      state: 'discovery',
      error: { code: 'gdpr.no_catalog', value: 'One' },
      may: { begin: true },
    });
    asked.before = async () => {};
    await beginRequest(services, officer, id);
    expect(await worked(id)).toMatchObject({ state: 'approval', error: null });
  });
});

it('one task of a step that waits is enough, however often it is asked for', async () => {
  const { ada } = people();
  const id = await submitted([email(ada)]);
  await noteIdentity(services, officer, id, { note: 'Seen.' });
  const tasks = async () => (await query(`SELECT data FROM pgboss.job WHERE name = 'request-step' AND data->>'requestId' = $1`, [id])).rows;
  const first = await tasks();
  // Ids only.
  expect(first).toEqual([{ data: { tenantId: officer.tenantId, requestId: id, phase: 'person', round: 1, sourceId: null } }]);
  for (let again = 0; again < 3; again += 1) await advanceRequests(services);
  expect(await tasks()).toEqual(first);
});

describe('approval', () => {
  const over = (id: string) => query(`UPDATE data_request SET stop_until = udm_now() - interval '1 second' WHERE id = $1`, [id]);

  it('is given by another person who just proved who they are; then there is a day to stop it', async () => {
    const { ada } = people();
    const { id } = await discovered([email(ada)]);
    expect(await codeOf(approveRequest(services, officer, id))).toBe('gdpr.four_eyes');
    expect(await codeOf(approveRequest(services, { ...approver, isFresh: false }, id))).toBe('sign_in.fresh_required');
    const approved = await approveRequest(services, approver, id);
    expect(approved).toMatchObject({ state: 'waiting', approvals: [{ user: 'approver', what: 'request' }], may: { stop: true, approve: false } });
    expect(Math.round((Date.parse(approved.stopUntil as string) - Date.now()) / 3_600_000)).toBe(24);
    await advanceRequests(services);
    expect((await getRequest(services, officer, id)).state).toBe('waiting');
    await over(id);
    await advanceRequests(services);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'running', steps: { phase: 'erase', total: 2, done: 0 } });
  });

  it('whose work cannot begin can be stopped, until something was changed; its source stays so long', async () => {
    const { ada, ben } = people();
    const running = async (who: string) => {
      const { id } = await discovered([email(who)]);
      await approveRequest(services, approver, id);
      await over(id);
      await advanceRequests(services);
      await Promise.all((await stepsOf(id)).map((step) => executeRequestStep(services, step, never)));
      expect(await getRequest(services, officer, id)).toMatchObject({ state: 'running', error: { code: 'gdpr.no_write_access' }, may: { stop: true } });
      return id;
    };
    const [one, other] = [await running(ada), await running(ben)];
    const admin = await administrator(app, 'alpha');
    const [source] = (await query(`SELECT id FROM source WHERE name = 'Two'`, [])).rows;
    const kept = async () => (await deleteSource(services, admin, source.id).catch((error: CodedError) => error)) as CodedError;
    const before = await kept();
    expect([before.code, before.details.value]).toEqual(['source.in_requests', expect.any(Number)]);
    const ended = await refuseRequest(services, approver, one, { ground: 'identity_not_proved', reason: 'Nobody can write there.' });
    expect(ended).toMatchObject({ state: 'refused', receipt: { signature: 'whole' }, may: { stop: false } });
    expect(await codeOf(openFoundPerson(services, officer.tenantId, one))).toBe('gdpr.key_lost');
    expect((await kept()).details.value).toBe((before.details.value as number) - 1);
    // The line in the ledger comes before anything is changed, and stays when the database does not take it.
    const line = { tenantId: officer.tenantId, requestId: other, at: '2026-01-01T00:00:00.000Z', event: 'begun', hashes: [], sourceIds: [] } as const;
    const died = inTenant(services.database, officer.tenantId, async (tx) => {
      await noteInLedger(services, tx, line);
      throw new CodedError('service.unavailable');
    });
    expect(await codeOf(died)).toBe('service.unavailable');
    expect(await codeOf(stopRequest(services, officer, other, { reason: 'Too late.' }))).toBe('gdpr.begun');
    await query('UPDATE data_request SET ledger_seq = 1 WHERE id = $1', [other]);
    expect(await codeOf(stopRequest(services, officer, other, { reason: 'Too late.' }))).toBe('gdpr.begun');
    // What cannot be brought to its end is ended in part by a second person, when all that is left has failed.
    const end = (who: SignedIn['actor']) => endInPart(services, who, other, { reason: 'The centre is gone.' });
    expect((await getRequest(services, approver, other)).may).toMatchObject({ stop: false, refuse: false, end_in_part: true });
    expect([await codeOf(end(officer)), await codeOf(end({ ...approver, isFresh: false }))]).toEqual(['gdpr.four_eyes', 'sign_in.fresh_required']);
    const step = (state: string, from: string) =>
      query(`UPDATE data_request_step SET state = $2 WHERE request_id = $1 AND source_id = $3 AND state = $4`, [other, state, source.id, from]);
    await step('running', 'failed');
    expect(await codeOf(end(approver))).toBe('gdpr.goes_on');
    await step('failed', 'running');
    expect(await end(approver)).toMatchObject({ state: 'done', error: null, endReason: 'The centre is gone.', receipt: { signature: 'whole' } });
    const { receipt } = await getReceipt(services, officer, other);
    expect(receipt).toMatchObject({ request: { outcome: 'done_in_part' }, notReached: ['One', 'Two'], times: { verifiedAt: null }, ledger: { line: 1 } });
    expect((await services.ledger.read()).entries.filter(({ requestId }) => requestId === other).map(({ event }) => event)).toEqual(['begun', 'ended_in_part']);
    expect(await codeOf(openFoundPerson(services, officer.tenantId, other))).toBe('gdpr.key_lost');
  });

  it('can be stopped by any officer while it waits', async () => {
    const { ada } = people();
    const { id } = await discovered([email(ada)]);
    await approveRequest(services, approver, id);
    expect(await stopRequest(services, officer, id, { reason: 'She withdrew it.' })).toMatchObject({ state: 'stopped', preview: [] });
    await over(id);
    await advanceRequests(services);
    expect((await getRequest(services, officer, id)).state).toBe('stopped');
    expect(await codeOf(openFoundPerson(services, officer.tenantId, id))).toBe('gdpr.key_lost');
  });

  it('waits for an access request of the same person', async () => {
    const { ada } = people();
    const access = await submitted([email(ada)], 'access');
    // By what nobody but discovery knows to be hers.
    const { id, waitsFor } = await discovered([{ type: 'contact_id', value: `A${count}` }]);
    expect(waitsFor).toBeNull();
    await approveRequest(services, approver, id);
    await over(id);
    await advanceRequests(services);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'waiting', waitsFor: access });
    // And for another that came before the first was over.
    const again = { caseId: 'D-2', kinds: ['access'], identifiers: [email(ada)], confirmDuplicate: true };
    const second = (await submitRequest(services, officer, again)).items[0]?.id as string;
    await stopRequest(services, officer, access, { reason: 'Not wanted any more.' });
    await advanceRequests(services);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'waiting', waitsFor: second });
    await stopRequest(services, officer, second, { reason: 'Nor that.' });
    await advanceRequests(services);
    expect((await getRequest(services, officer, id)).state).toBe('running');
  });

  it('is not needed where the tenant says so; the delay is', async () => {
    const { ada } = people();
    const admin = await administrator(app, 'alpha');
    expect(await codeOf(changeSettings(services, { ...admin, kind: 'user' }, { erasureApproval: false }))).toBe('sign_in.fresh_required');
    await changeSettings(services, admin, { erasureApproval: false, accessApproval: true, requestDelayHours: 2 });
    try {
      const erasure = await discovered([email(ada)]);
      expect(erasure).toMatchObject({ state: 'waiting', needsApproval: false });
      expect(Math.round((Date.parse(erasure.stopUntil as string) - Date.now()) / 3_600_000)).toBe(2);
      const access = await discovered([email(ada)], 'access');
      expect(access).toMatchObject({ state: 'approval', needsApproval: true });
      // To show changes nothing, so there is nothing to wait for.
      await approveRequest(services, approver, access.id);
      await advanceRequests(services);
      expect((await getRequest(services, officer, access.id)).state).toBe('running');
      // Who waits when approvals are wanted again needs one.
      await stopRequest(services, officer, access.id, { reason: 'Not wanted any more.' });
      await changeSettings(services, admin, { erasureApproval: true });
      await over(erasure.id);
      await advanceRequests(services);
      expect(await getRequest(services, approver, erasure.id)).toMatchObject({ state: 'approval', stopUntil: null, may: { approve: true } });
      expect(await approveRequest(services, approver, erasure.id)).toMatchObject({ state: 'waiting', stopUntil: expect.any(String) });
    } finally {
      await changeSettings(services, admin, { erasureApproval: true, accessApproval: false, requestDelayHours: 24 });
    }
  });
});

describe('a legal hold', () => {
  const hold = (identifier: { type: string; value: string }) => placeHold(services, officer, { identifiers: [identifier], reason: 'Lawsuit 4711.' });

  it('on any alias of the person blocks what changes data, and what it blocked goes on when it is released', async () => {
    const { ada, phone } = people();
    const { id: holdId } = await hold(phoneOf(phone));
    const held = await discovered([email(ada)]);
    expect(held).toMatchObject({ state: 'blocked', holds: [holdId], may: { approve: false, stop: true } });
    expect(await codeOf(approveRequest(services, approver, held.id))).toBe('gdpr.held');
    expect((await discovered([email(ada)], 'access')).state).toBe('running');
    const { items } = await listHoldsFor(services, officer);
    expect(items[0]).toMatchObject({ id: holdId, reason: 'Lawsuit 4711.', placedBy: 'officer', releasedAt: null, blocks: [{ id: held.id }], tooLate: [] });
    const second = await hold(email(ada));
    expect((await releaseLegalHold(services, officer, holdId, { reason: 'Settled.' })).resumed).toEqual([]);
    expect((await getRequest(services, officer, held.id)).state).toBe('blocked');
    expect((await releaseLegalHold(services, officer, second.id, { reason: 'Settled.' })).resumed).toEqual([held.id]);
    expect(await worked(held.id)).toMatchObject({ state: 'approval', holds: [] });
    expect(await codeOf(releaseLegalHold(services, officer, holdId, { reason: 'Again.' }))).toBe('gdpr.hold_released');
  });

  it('that comes while an approved erasure waits takes the approval back', async () => {
    const { ada, phone } = people();
    const { id } = await discovered([email(ada)]);
    await approveRequest(services, approver, id);
    const placed = await hold(phoneOf(phone));
    expect(placed.blocks).toEqual([{ id, caseId: `D-${count}` }]);
    expect(await getRequest(services, officer, id)).toMatchObject({ state: 'blocked', approvals: [], stopUntil: null });
    await releaseLegalHold(services, officer, placed.id, { reason: 'Settled.' });
    expect(await worked(id)).toMatchObject({ state: 'approval', approvals: [] });
  });

  it('that is seen only when the delay is over stops the work all the same, and nothing agreed before counts after it', async () => {
    const { ada } = people();
    const { id } = await discovered([email(ada)]);
    await approveRequest(services, approver, id);
    const [{ approvals }] = (await query('SELECT approvals FROM data_request WHERE id = $1', [id])).rows;
    const placed = await hold(email(ada));
    // As if the hold had been stored a moment after the approval was looked at.
    await query(`UPDATE data_request SET state = 'waiting', approvals = $2, stop_until = udm_now() - interval '1 second' WHERE id = $1`, [
      id,
      JSON.stringify(approvals),
    ]);
    await advanceRequests(services);
    expect((await getRequest(services, officer, id)).state).toBe('blocked');
    await releaseLegalHold(services, officer, placed.id, { reason: 'Settled.' });
    expect(await worked(id)).toMatchObject({ state: 'approval', approvals: [] });
  });

  it('that comes too late says so', async () => {
    const { ada } = people();
    const { id } = await discovered([email(ada)]);
    await approveRequest(services, approver, id);
    await query(`UPDATE data_request SET stop_until = udm_now() - interval '1 second' WHERE id = $1`, [id]);
    await advanceRequests(services);
    expect(await hold(email(ada))).toMatchObject({ blocks: [], tooLate: [{ id }] });
  });
});
