import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decryptFile } from '../../src/pipeline/decrypt-file.ts';
import { ApiClient } from '../support/api.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { endProcess, startUdm, type UdmProcess } from '../support/serve.ts';
import { endedDemo, passableFolder, stopServers } from '../support/udm.ts';

/** Data requests in `udm demo`: who handles them, what there is to look at, and that a later demo makes nothing twice. */

const SIZES = ['500', '3000', '30'] as const;
const READY = /The web app is ready: (\S+)/;
const WAIT = { timeout: 120_000, interval: 200 };

let home: string;
let dataDir: string;
let demo: UdmProcess;
let officer: ApiClient;
let approver: ApiClient;

beforeAll(async () => {
  home = await passableFolder('udm-demo-');
  dataDir = path.join(home, 'udm', 'data');
  await endedDemo(path.dirname(dataDir), SIZES);
  demo = await startDemo();
}, 300_000);

afterAll(async () => {
  if (demo) await endProcess(demo, 'SIGTERM');
  await stopServers(dataDir);
  await rm(home, { recursive: true, force: true });
});

async function startDemo(): Promise<UdmProcess> {
  const [contacts, interactions, days] = SIZES;
  const started = startUdm(['demo', '--contacts', contacts, '--interactions', interactions, '--days', days], dataDir);
  await started.until(/Press Ctrl\+C/);
  return started;
}

const url = () => READY.exec(demo.output())?.[1] as string;
/** As the person in front of the terminal reads it. */
const passwordOf = (user: string) => new RegExp(`^${user} +(\\S+)  `, 'm').exec(demo.output())?.[1] as string;
const requests = async (client: ApiClient) => (await client.call('GET', '/api/requests?sort=caseId')).json.items;

describe('the data requests of the demo', { timeout: 180_000 }, () => {
  it('come with two people whose sign-in is printed beside the first one’s', async () => {
    officer = await ApiClient.signedIn(url(), passwordOf('officer'), 'default', 'officer');
    approver = await ApiClient.signedIn(url(), passwordOf('approver'), 'default', 'approver');
    await ApiClient.signedIn(url(), passwordOf('admin'));
    expect((await officer.call('GET', '/api/session')).json).toMatchObject({ roles: ['privacy_officer'] });
    expect((await approver.call('GET', '/api/session')).json).toMatchObject({ roles: ['approver'] });
    // Nobody but the owner of the folder reads them there.
    expect((await stat(path.join(dataDir, 'demo', 'people.json'))).mode & 0o77).toBe(0);
  });

  it('are an access that runs to its receipt, whose package the officer’s key opens', async () => {
    const [access] = await requests(officer);
    expect(access).toMatchObject({ caseId: 'DEMO-1', kind: 'access', createdBy: 'officer' });
    await vi.waitFor(async () => expect((await officer.call('GET', `/api/requests/${access.id}`)).json).toMatchObject({ state: 'done' }), WAIT);
    expect((await officer.call('GET', `/api/requests/${access.id}/receipt`)).status).toBe(200);
    const file = path.join(home, 'package.zip.p7m');
    const { bytes } = await officer.call('GET', `/api/requests/${access.id}/package`);
    await writeFile(file, bytes);
    const key = await readFile(/--key (\S+)/.exec(demo.output())?.[1] as string, 'utf8');
    const { entries } = await decryptFile({ file, key, outDir: path.join(home, 'opened') });
    expect(entries.map(({ name }) => name)).toContain('index.html');
  });

  it('are an erasure that waits, with what it would take, for the one who may approve it, and reaches the export of the month', async () => {
    const { id } = (await requests(officer))[1];
    const look = async () => (await approver.call('GET', `/api/requests/${id}`)).json;
    await vi.waitFor(async () => expect(await look()).toMatchObject({ caseId: 'DEMO-2', kind: 'erasure', state: 'approval', people: 1 }), WAIT);
    const { preview, findings, version, order } = await look();
    // Of somebody else than the access.
    expect(order.filter((one: { id: string }) => one.id !== id)).toEqual([]);
    expect((await requests(officer)).map(({ people }: { people: number }) => people)).toEqual([1, 1]);
    expect(preview.length).toBeGreaterThan(0);
    expect(findings.length).toBeGreaterThan(0);
    const agree = (client: ApiClient) => client.call('POST', `/api/requests/${id}/approve`, { headers: { 'if-match': `"${version}"` } });
    expect((await agree(officer)).json).toMatchObject({ code: 'gdpr.four_eyes' });
    expect((await agree(approver)).status).toBe(200);
    await vi.waitFor(async () => expect(await look()).toMatchObject({ state: 'verified' }), WAIT);
    expect((await look()).exports).toContainEqual(expect.objectContaining({ type: 'Interaction', state: 'withdrawn' }));
  });

  it('are not made again by a later demo, which prints the same sign-ins', async () => {
    const before = { people: ['admin', 'officer', 'approver'].map(passwordOf), requests: (await requests(officer)).map(({ id }: { id: string }) => id) };
    await endProcess(demo, 'SIGTERM');
    demo = await startDemo();
    expect(['admin', 'officer', 'approver'].map(passwordOf)).toEqual(before.people);
    officer = await ApiClient.signedIn(url(), passwordOf('officer'), 'default', 'officer');
    expect((await requests(officer)).map(({ id }: { id: string }) => id)).toEqual(before.requests);
  });

  it('that a kill kept from being made are made by a later demo, which leaves what was chosen since', async () => {
    const admin = await ApiClient.signedIn(url(), passwordOf('admin'));
    expect((await admin.call('PUT', '/api/settings', { body: { requestDelayHours: 48 } })).json).toMatchObject({ requestDelayHours: 48 });
    const chosen = 'a password of their own';
    expect((await officer.call('PUT', '/api/session/password', { body: { present: passwordOf('officer'), password: chosen } })).status).toBe(200);
    await withClient(await superuserOf(dataDir), (database) => database.query(`UPDATE data_request SET case_id = 'OTHER' WHERE case_id = 'DEMO-2'`));
    const approvers = passwordOf('approver');
    await endProcess(demo, 'SIGTERM');
    demo = await startDemo();
    expect(demo.output()).toMatch(/^officer +the one chosen since {2}GDPR/m);
    expect([passwordOf('officer'), passwordOf('approver')]).toEqual([undefined, approvers]);
    officer = await ApiClient.signedIn(url(), chosen, 'default', 'officer');
    expect((await requests(officer)).map(({ caseId, kind }: { caseId: string; kind: string }) => [caseId, kind])).toEqual([
      ['DEMO-1', 'access'],
      ['DEMO-2', 'erasure'],
      ['OTHER', 'erasure'],
    ]);
    expect((await (await ApiClient.signedIn(url(), passwordOf('admin'))).call('GET', '/api/settings')).json).toMatchObject({ requestDelayHours: 48 });
  });

  it('get new passwords when a kill left half a file of them', async () => {
    const kept = path.join(dataDir, 'demo', 'people.json');
    await endProcess(demo, 'SIGTERM');
    await writeFile(kept, (await readFile(kept, 'utf8')).slice(0, 20));
    demo = await startDemo();
    officer = await ApiClient.signedIn(url(), passwordOf('officer'), 'default', 'officer');
    approver = await ApiClient.signedIn(url(), passwordOf('approver'), 'default', 'approver');
    expect(await requests(officer)).toHaveLength(3);
  });
});
