import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openRange } from '../../src/operations/open-artifact.ts';
import { removeRun } from '../../src/operations/delete-run.ts';
import { listManifestsUpTo } from '../../src/operations/run-manifest.ts';
import { listSigningKeysFor, renewSigningKey } from '../../src/operations/signing-keys.ts';
import { saveManifests } from '../../src/cli/save-manifests.ts';
import { readPrivateKey } from '../../src/pipeline/primitives-node.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { verifyFiles } from '../../src/pipeline/verify-files.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** Run manifests as UDM makes them, and what a person does with them, on a real PostgreSQL. */

const folder = new TestFolder();
const recipients = new Recipients();
const alice = recipients.make();
let udm: Planned;

beforeAll(async () => {
  udm = await openPlanned(alice.certificate);
});

afterEach(() => udm.clear());

afterAll(async () => {
  await udm?.close();
  folder.remove();
  recipients.remove();
});

async function threeRuns(): Promise<string[]> {
  const { id } = await udm.make();
  for (const time of ['11:00', '12:00', '13:00']) {
    await udm.tick(time);
    await udm.work();
  }
  return (await udm.runs(id)).filter((run) => run.status === 'succeeded').map((run) => run.id);
}

/** What a person saves of a job: files, manifests and signatures. */
async function saved(runs: readonly string[]): Promise<string> {
  const place = folder.fresh('saved');
  execFileSync('mkdir', [place]);
  const { services, door } = udm;
  await saveManifests(await listManifestsUpTo(services, door.actor, runs.at(-1) as string), place);
  for (const { id } of await udm.sql('SELECT id FROM artifact')) {
    const { artifact, content } = await openRange(services, door.actor, id as string, (one) => ({ range: { start: 0, end: one.bytes - 1 } }));
    const chunks: Buffer[] = [];
    for await (const chunk of content as AsyncIterable<Buffer>) chunks.push(chunk);
    writeFileSync(join(place, artifact.fileName), Buffer.concat(chunks));
  }
  return place;
}

it('every published run has a manifest, signed, without personal data, that follows the one before it', async () => {
  const runs = await threeRuns();
  expect(runs).toHaveLength(3);
  const answers = await Promise.all(runs.map((id) => udm.door.call('GET', `/api/runs/${id}/manifest`)));
  const manifests = answers.map((answer) => JSON.parse(answer.text));
  const [artifact] = await udm.sql('SELECT file_name, bytes::int, sha256 FROM artifact WHERE run_id = $1', [runs[0]]);
  expect(manifests[0]).toMatchObject({
    format: 'udm-run-manifest/1',
    run: { id: runs[0], attempt: 1 },
    window: { from: '2026-03-01T10:00:00.000000Z', to: '2026-03-01T10:55:00.000000Z' },
    parts: [{ number: 1, name: artifact?.['file_name'], rows: 1, bytes: artifact?.['bytes'], sha256: artifact?.['sha256'] }],
    totals: { parts: 1, rows: 1, plainBytes: 11, fileBytes: artifact?.['bytes'] },
    settingsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    chain: { sequence: 1, previous: null },
  });
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(manifests[1].chain).toEqual({ sequence: 2, previous: { run: runs[0], sha256: hash(answers[0]?.text as string) } });
  expect(manifests[2].chain).toEqual({ sequence: 3, previous: { run: runs[1], sha256: hash(answers[1]?.text as string) } });
  const [{ title } = {}] = await udm.sql('SELECT title FROM export_job');
  for (const { text } of answers) expect(text).not.toContain(title as string);
});

it('what was saved proves itself, outside and inside, also by openssl; what is missing is found', async () => {
  const runs = await threeRuns();
  // Out of History or not: the files are there, and so is their proof.
  await removeRun(udm.services, udm.door.actor, runs[1] as string);
  const place = await saved(runs);
  const trustedKeys = new Set((await listSigningKeysFor(udm.services, udm.door.actor)).map((key) => key.id));
  const key = readPrivateKey(readFileSync(alice.keyFile, 'utf8'));
  expect(await verifyFiles({ paths: [place], key, trustedKeys, wholeChain: true })).toMatchObject({ files: 3, manifests: 3, findings: [] });
  const { json } = (await udm.door.call('GET', '/api/signing-keys')) as { json: { items: { publicKey: string }[] } };
  const pem = folder.fresh('key.pem');
  writeFileSync(pem, json.items[0]?.publicKey as string);
  const name = readdirSync(place).find((one) => one.endsWith('.manifest.json')) as string;
  const check = () =>
    execFileSync('openssl', ['dgst', '-sha256', '-verify', pem, '-signature', join(place, `${name}.sig`), join(place, name)], { stdio: 'pipe' });
  expect(check().toString()).toContain('Verified OK');
  execFileSync('rm', [join(place, readdirSync(place).find((one) => one.endsWith('.p7m')) as string)]);
  expect((await verifyFiles({ paths: [place], trustedKeys })).findings.map((one) => one.code)).toEqual(['verify.missing']);
});

it('a run that failed has no manifest', async () => {
  const { id } = await udm.make();
  await udm.tick('11:00');
  udm.source.failing = true;
  await udm.work();
  const [failed] = await udm.runs(id);
  expect((await udm.door.call('GET', `/api/runs/${failed?.id}/manifest`)).status).toBe(404);
});

it('a new key signs what comes, the old one proves what was', async () => {
  const { services, door } = udm;
  const before = await listSigningKeysFor(services, door.actor);
  await expect(renewSigningKey(services, { ...door.actor, kind: 'user' })).rejects.toMatchObject({ code: 'permission.denied' });
  const runs = await threeRuns();
  const keys = await renewSigningKey(services, door.actor);
  expect(keys.map((one) => one.retiredAt === null)).toEqual([true, ...before.map(() => false)]);
  expect(await udm.sql('SELECT id FROM signing_key WHERE sealed_private_key IS NOT NULL')).toEqual([{ id: keys[0]?.id }]);
  expect(await udm.sql(`SELECT detail FROM audit_log WHERE action = 'signing_key.renewed'`)).toEqual([{ detail: { key: keys[0]?.id, before: before[0]?.id } }]);
  await udm.tick('14:00');
  await udm.work();
  const last = (await udm.sql(`SELECT id FROM run WHERE status = 'succeeded' ORDER BY scheduled_at DESC LIMIT 1`))[0]?.['id'] as string;
  const place = await saved([...runs, last]);
  const report = await verifyFiles({
    paths: [place],
    key: readPrivateKey(readFileSync(alice.keyFile, 'utf8')),
    trustedKeys: new Set(keys.map((one) => one.id)),
  });
  expect(report).toMatchObject({ files: 4, findings: [] });
  expect([...report.signedBy].sort()).toEqual([keys[0]?.id, keys[1]?.id].sort());
});
