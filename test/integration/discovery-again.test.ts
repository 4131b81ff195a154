import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { DataRequestDetails } from '../../src/contract/data-request.ts';
import { CodedError } from '../../src/errors.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { beginRequest, noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import type { Services } from '../../src/operations/services.ts';
import { addSource } from '../../src/operations/sources.ts';
import { findDueRequests } from '../../src/records/data-requests/steps.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type Asked, peopleInMemory, withPeople, type World } from '../support/in-memory-people.ts';
import { type SignedIn, signedInAs } from '../support/officers.ts';
import { RequestWork } from '../support/request-work.ts';
import { administrator, newDataFolder } from '../support/serve.ts';
import { passableFolder, testEnvironment } from '../support/udm.ts';

/** A discovery whose source fails for longer than it is asked again: what UDM does with it later, without anybody's click. */

const MINUTE = 60_000;
const ADA = 'ada@example.com';
let home: string;
let app: App;
let services: Services;
let clock: FakeClock;
let officer: SignedIn['actor'];
let requests: RequestWork;
let count = 0;
const world: World = { person: [{ Id: 'A', Email: ADA, Phone: null }], letter: [{ Id: 'L', Contact: 'A', Copy: null }], order: [], call: [] };
const asked: Asked = { before: async () => {}, questions: [] };

beforeAll(async () => {
  home = await passableFolder('udm-discovery-again-');
  app = await openApp(loadConfig({ ...testEnvironment(await newDataFolder(home)), UDM_LOG_LEVEL: 'silent' }), 'owner');
  await createTenant(app.services, { tenant: 'alpha', user: 'admin', password: 'correct horse battery staple' });
  officer = (await signedInAs(app, 'alpha', 'officer', ['privacy_officer'])).actor;
  const approver = (await signedInAs(app, 'alpha', 'approver', ['approver'])).actor;
  const admin = await administrator(app, 'alpha');
  const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
  for (const name of ['One', 'Two']) await addSource(app.services, admin, { name, connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
  services = withPeople(app.services, peopleInMemory(world, asked));
  requests = new RequestWork({ ...app, services }, officer, approver);
  clock = await fakeClock(app, '2026-03-01T12:00:00Z');
}, 120_000);

afterAll(async () => {
  await app?.stop();
  await rm(home, { recursive: true, force: true });
});

beforeEach(() => {
  asked.before = async () => {};
});

async function begun(): Promise<string> {
  const sent = { caseId: `A-${count++}`, kinds: ['erasure'], identifiers: [{ type: 'email', value: ADA }], confirmDuplicate: true };
  const { items } = await submitRequest(services, officer, sent);
  const id = items[0]?.id as string;
  await noteIdentity(services, officer, id, { note: 'Passport seen.' });
  return id;
}

/** Until the request says why it stands still. */
async function stranded(id: string): Promise<DataRequestDetails> {
  for (let minute = 0; minute < 10; minute += 1) {
    const now = await requests.work(id);
    if (now.error !== null) return now;
    await clock.advance(MINUTE);
  }
  throw new Error('It does not stand still.');
}

const away = () => Promise.reject(new CodedError('source.unreachable'));

describe('a discovery that stands still', () => {
  it.each(['person', 'discovery'] as const)('in the phase "%s" because a source is away is tried again every hour until it is there', async (phase) => {
    const id = await begun();
    if (phase === 'discovery') await requests.work(id, 'person');
    asked.before = away;
    const stands = { state: 'discovery', error: { code: 'source.unreachable' }, may: { begin: true } };
    expect(await stranded(id)).toMatchObject(stands);
    await clock.advance(50 * MINUTE);
    expect(await requests.work(id)).toMatchObject(stands);
    // Still away an hour later, and told again.
    await clock.advance(11 * MINUTE);
    expect(await requests.work(id)).toMatchObject({ state: 'discovery', error: null });
    expect(await stranded(id)).toMatchObject(stands);
    asked.before = async () => {};
    await clock.advance(61 * MINUTE);
    expect(await requests.work(id)).toMatchObject({ state: 'approval', people: 1, error: null });
  });

  it('for a cause that lasts waits for somebody, and asks nothing of the source meanwhile', async () => {
    const id = await begun();
    asked.before = () => Promise.reject(new CodedError('source.authentication'));
    const stands = { state: 'discovery', error: { code: 'source.authentication' }, may: { begin: true } };
    expect(await stranded(id)).toMatchObject(stands);
    asked.questions.length = 0;
    await clock.advance(61 * MINUTE);
    expect((await findDueRequests(services.database)).map(({ requestId }) => requestId)).not.toContain(id);
    expect(await requests.work(id)).toMatchObject(stands);
    expect(asked.questions).toEqual([]);
    asked.before = async () => {};
    await beginRequest(services, officer, id);
    expect(await requests.work(id)).toMatchObject({ state: 'approval', error: null });
  });

  it('for two causes keeps saying the one that lasts when the other has passed', async () => {
    const id = await begun();
    await requests.work(id, 'person');
    let source = 0;
    asked.before = async () => {
      source += 1;
      throw new CodedError(source === 1 ? 'source.authentication' : 'source.unreachable');
    };
    for (let minute = 0; minute < 10; minute += 1) {
      await requests.work(id);
      await clock.advance(MINUTE);
    }
    expect(await requests.look(id)).toMatchObject({ error: { code: 'source.unreachable' }, steps: { failed: 2 } });
    asked.before = async () => {};
    await clock.advance(61 * MINUTE);
    expect(await requests.work(id)).toMatchObject({ state: 'discovery', error: { code: 'source.authentication' }, steps: { done: 1, failed: 1 } });
  });
});
