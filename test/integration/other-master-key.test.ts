import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { masterKeyMark } from '../../src/config/master-key.ts';
import type { CodedError } from '../../src/errors.ts';
import { proofsOf } from '../../src/operations/examine-installation.ts';
import { executeRun } from '../../src/operations/execute-run.ts';
import { getRunDetails } from '../../src/operations/read-run-details.ts';
import { renewSigningKey } from '../../src/operations/signing-keys.ts';
import { superuserOf, withClient } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { trySignIn } from '../support/person.ts';
import { Recipients } from '../support/recipients.ts';

/** An installation that goes on with another master key than sealed its secrets, by somebody who told the database so. */

const PUBLIC_URL = 'https://udm.test';
const ISSUER = 'https://127.0.0.1:1';
const recipients = new Recipients();
let door: Door;
let secret: string;
let recoveryCode: string;

const sql = async (text: string, values: unknown[] = []) =>
  withClient(await superuserOf(door.app.dataFolder), async (client) => (await client.query(text, values)).rows);
const code = () => TOTP.generate({ secret: new TOTP({ secret }).secret });
const ssoProblem = async () => (await door.inject({ url: '/api/sso/start' })).headers.location;

async function newRun(): Promise<string> {
  const answer = await door.call('POST', '/api/jobs', draft, { 'idempotency-key': `key-${randomBytes(4).toString('hex')}` });
  expect(answer.status, answer.text).toBe(201);
  return answer.json.lastRun.id;
}

/** How the run ended, by a worker that would try again. */
async function ended(runId: string) {
  const services = { ...door.app.services, retry: { most: 2, firstSeconds: 30, random: () => 0.5 } };
  await executeRun(services, { tenantId: door.actor.tenantId, runId }, new AbortController().signal);
  const { run, attempts } = await getRunDetails(door.app.services, door.actor, runId);
  return { status: run.status, retryAt: run.retryAt, code: run.error?.code, value: attempts.at(-1)?.error?.value, fault: attempts.at(-1)?.error?.fault };
}

/** What udm doctor finds wrong, as "check code". */
async function foundByDoctor(): Promise<string[]> {
  const found: string[] = [];
  for (const { check, look } of await proofsOf(door.app.services, 'migrations')) {
    const error = await look().then(
      () => null,
      (cause: unknown) => cause as CodedError,
    );
    if (error) found.push(`${check} ${error.code} ${JSON.stringify(error.details.value ?? null)}`);
  }
  return found;
}

let draft: Record<string, unknown>;
let sourceId: string;

beforeAll(async () => {
  door = await openDoor(['127.0.0.1'], PUBLIC_URL);
  draft = await draftIn(door.app, door.actor, recipients.make().certificate);
  const [source] = await sql(`SELECT id FROM source WHERE name = 'UCSX'`);
  sourceId = source?.['id'];
  // The door signs in while the password alone does.
  await door.call('GET', '/api/session');
  ({ secret } = (await door.call('POST', '/api/second-factor')).json);
  const confirmed = await door.call('POST', '/api/second-factor/confirmation', { code: code() });
  expect(confirmed.status).toBe(200);
  recoveryCode = confirmed.json.recoveryCodes[0];
  const sealed = door.app.services.sealer.seal('client secret', `single sign-on ${door.actor.tenantId} ${ISSUER}`);
  await sql(
    `INSERT INTO single_sign_on (tenant_id, issuer, client_id, sealed_secret, name_claim, role_claim, roles) VALUES ($1, $2, 'udm', $3, 'name', 'roles', '{}')`,
    [door.actor.tenantId, ISSUER, sealed],
  );
});

afterAll(async () => {
  await door?.close();
  recipients.remove();
});

describe('with the key that sealed them', () => {
  it('secrets open, and what is wrong is the network', async () => {
    expect(await ended(await newRun())).toMatchObject({ status: 'queued', code: 'source.unreachable' });
    expect(await ssoProblem()).toBe('/sign-in?problem=sso.unreachable');
    const found = await foundByDoctor();
    expect(found.join('\n')).not.toContain('unreadable');
    expect(found.join('\n')).toContain('source UCSX source.unreachable');
  });
});

describe('with another one', () => {
  beforeAll(async () => {
    const other = randomBytes(32);
    await sql('UPDATE installation SET master_key_mark = $1', [masterKeyMark(other)]);
    door = await door.reopened(() => writeFile(path.join(door.app.dataFolder, 'master.key'), `${other.toString('base64')}\n`, { mode: 0o600 }));
    await sql('DELETE FROM attempt');
  });

  it('a code, right or recovery, is told that the second factor cannot be opened', async () => {
    for (const typed of [code(), recoveryCode])
      expect(await trySignIn(door, { code: typed })).toMatchObject({ status: 409, json: { code: 'second_factor.secret_unreadable' } });
    expect(await foundByDoctor()).toContain(
      `sealed secrets check.secrets_unreadable ${JSON.stringify(['the signing key', 'second factor of default\\admin'])}`,
    );
    await sql('DELETE FROM second_factor');
    expect((await trySignIn(door)).status).toBe(200);
  });

  it('single sign-on says why it does not begin', async () => {
    expect(await ssoProblem()).toBe('/sign-in?problem=sso.secret_unreadable');
    const settings = { issuer: ISSUER, clientId: 'udm', nameClaim: 'name', roleClaim: 'roles', roles: {} };
    expect(await foundByDoctor()).toContain(`single sign-on 127.0.0.1:1 sso.secret_unreadable ${JSON.stringify(ISSUER)}`);
    await sql(`UPDATE single_sign_on SET issuer = 'https://idp.invalid'`);
    const kept = await door.call('PUT', '/api/sso', { ...settings, issuer: 'https://idp.invalid' });
    expect(kept).toMatchObject({ status: 409, json: { code: 'sso.secret_unreadable' } });
  });

  it('a run ends for good with the cause, and a test of the source stops at its settings', async () => {
    expect(await ended(await newRun())).toEqual({
      status: 'failed',
      retryAt: null,
      code: 'source.secret_unreadable',
      value: 'UCSX',
      fault: 'settings',
    });
    const sample = await door.call('POST', '/api/sources/UCSX/sample', { type: 'Interaction', entityTypes: 'all' });
    expect(sample.json.code ?? sample.status).toBe('source.secret_unreadable');
    const test = await door.call('POST', '/api/sources/test', { source: sourceId });
    expect(test.text).toContain('source.secret_unreadable');
    expect(await foundByDoctor()).toContain('source UCSX source.secret_unreadable "UCSX"');
  });

  it('the password written again mends the source; damaged bytes are the same as another key', async () => {
    const { json: before } = await door.call('GET', `/api/sources/${sourceId}`);
    const { name, catalog, host, port, database, user, tls } = before;
    const changed = await door.call(
      'PUT',
      `/api/sources/${sourceId}`,
      { name, catalog, host, port, database, user, tls, password: 'again' },
      { 'if-match': `"${before.version}"` },
    );
    expect(changed.status, changed.text).toBe(200);
    expect(await ended(await newRun())).toMatchObject({ status: 'queued', code: 'source.unreachable' });
    for (const bytes of ['\\x', '\\x00', `\\x${'00'.repeat(16)}`, `\\x${'5a'.repeat(40)}`]) {
      await sql('UPDATE source SET sealed_secret = $1::bytea WHERE id = $2', [bytes, sourceId]);
      expect(await ended(await newRun())).toMatchObject({ status: 'failed', code: 'source.secret_unreadable' });
    }
  });

  it('nothing is signed until there is a new signing key', async () => {
    const [certificate] = (await door.call('GET', '/api/certificates')).json.items;
    const challenge = () => door.call('POST', `/api/certificates/${certificate.id}/challenge`, {});
    expect(await challenge()).toMatchObject({ status: 409, json: { code: 'signing_key.secret_unreadable' } });
    await renewSigningKey(door.app.services, door.actor);
    expect((await challenge()).status).toBe(200);
    expect((await foundByDoctor()).join()).not.toContain('sealed secrets');
  });
});
