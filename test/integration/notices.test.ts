import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CertificateView } from '../../src/contract/certificate.ts';
import { noticeText } from '../../src/domain/notice-text.ts';
import { CodedError } from '../../src/errors.ts';
import type { Mailer } from '../../src/mail/mailer.ts';
import { openSmtp, type SmtpSettings } from '../../src/mail/smtp.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { editJob } from '../../src/operations/edit-job.ts';
import { stopRequest } from '../../src/operations/data-requests/decide-request.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import { tellOfDeadlines } from '../../src/operations/data-requests/tell-of-deadlines.ts';
import { tellOfCertificates } from '../../src/operations/notices.ts';
import { createUser } from '../../src/operations/users.ts';
import { sendNotices } from '../../src/operations/send-notices.ts';
import { inTenant } from '../../src/records/database.ts';
import { takeDueNotice } from '../../src/records/notices.ts';
import { insertUser } from '../../src/records/people.ts';
import { cliSession } from '../support/cli-session.ts';
import { openPlanned, type Planned } from '../support/planned.ts';
import { Recipients } from '../support/recipients.ts';

/** Notices by mail, from the transaction of what they tell to a real mail server on this machine. */

interface Received {
  readonly to: string;
  readonly text: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

const PASSWORD = 'hush hush';
const folder = mkdtempSync(path.join(tmpdir(), 'udm-smtp-'));
const files = new Recipients();
const received: Received[] = [];
/** What the server answers to the next mails; null: it takes them. */
let refusal: { responseCode: number } | null = null;
let server: SMTPServer;
let settings: SmtpSettings;
let planned: Planned;
const cli = cliSession(() => planned.door.app.dataFolder);

function start(options: SMTPServerOptions): Promise<SMTPServer> {
  const made = new SMTPServer({
    authOptional: true,
    onAuth: (auth, _session, done) => (auth.password === PASSWORD ? done(null, { user: auth.username }) : done(new Error('no'))),
    onRcptTo: (_address, _session, done) => done(refusal ? Object.assign(new Error('refused'), refusal) : null),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        for (const { address } of session.envelope.rcptTo)
          received.push({ to: address, text: Buffer.concat(parts).toString(), secure: session.secure, user: session.user as string | undefined });
        done();
      });
    },
    ...options,
  });
  made.on('error', () => {});
  return new Promise((resolve) => made.listen(0, '127.0.0.1', () => resolve(made)));
}

/** As the operator sets it. */
function smtpOf({ host, port, user, password, from, ca }: SmtpSettings): NodeJS.ProcessEnv {
  return {
    UDM_SMTP_HOST: host,
    UDM_SMTP_PORT: String(port),
    UDM_SMTP_USER: user as string,
    UDM_SMTP_PASSWORD: password as string,
    UDM_SMTP_FROM: from,
    UDM_SMTP_CA: ca as string,
  };
}

const portOf = (one: SMTPServer) => (one.server.address() as AddressInfo).port;
const close = (one: SMTPServer) => new Promise<void>((resolve) => one.close(() => resolve()));

beforeAll(async () => {
  const at = (name: string) => path.join(folder, name);
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      at('key.pem'),
      '-out',
      at('cert.pem'),
    ],
    { stdio: 'ignore' },
  );
  const [key, cert] = [readFileSync(at('key.pem'), 'utf8'), readFileSync(at('cert.pem'), 'utf8')];
  server = await start({ key, cert });
  settings = { host: '127.0.0.1', port: portOf(server), security: 'starttls', user: 'udm', password: PASSWORD, from: 'UDM <udm@example.org>', ca: cert };
  planned = await openPlanned(files.make().certificate, smtpOf(settings));
});

afterAll(async () => {
  await planned?.close();
  await close(server);
  rmSync(folder, { recursive: true, force: true });
  files.remove();
});

beforeEach(async () => {
  await planned.clear();
  await planned.sql('TRUNCATE notice');
  await planned.sql(`UPDATE app_user SET email = 'ada@example.org', notice_kinds = NULL, notice_language = 'en'`);
  received.length = 0;
  refusal = null;
});

const deliver = () => sendNotices(planned.services);
const codeOf = (mail: Promise<void>) =>
  mail.then(
    () => null,
    (error: unknown) => (error instanceof CodedError ? error.code : error),
  );
const MAIL = { id: '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e', to: 'ada@example.org', subject: 'Größe\r\nBcc: x@example.org', text: 'Text ü' };

describe('the mail server', () => {
  const send = (change: Partial<SmtpSettings>) => codeOf(openSmtp({ ...settings, ...change }).send(MAIL));

  it('gets mails over TLS alone, with the account of UDM, and a subject that stays one', async () => {
    expect(await send({})).toBeNull();
    expect(received).toMatchObject([{ to: 'ada@example.org', secure: true, user: 'udm' }]);
    expect(received[0]?.text).toContain(`Message-ID: <${MAIL.id}@example.org>`);
    expect(received[0]?.text).not.toMatch(/^Bcc/m);
  });

  it('gets nothing without TLS, nor with a certificate that nobody knows', async () => {
    const plain = await start({ disabledCommands: ['STARTTLS'] });
    expect(await send({ port: portOf(plain) })).toBe('mail.unreachable');
    expect(await send({ ca: '' })).toBe('mail.unreachable');
    expect(received).toEqual([]);
    // To this machine itself, where it is asked for.
    expect(await send({ port: portOf(plain), security: 'none', user: '' })).toBeNull();
    await close(plain);
  });

  it('may refuse the account, this mail for good, or for now', async () => {
    expect(await send({ password: 'other' })).toBe('mail.sign_in');
    refusal = { responseCode: 550 };
    expect(await send({})).toBe('mail.refused');
    refusal = { responseCode: 451 };
    expect(await send({})).toBe('mail.unreachable');
    expect(await send({ port: 1 })).toBe('mail.unreachable');
  });
});

describe('a job that fails', () => {
  it('is told once, and that it runs again, in the words of its owner and without anything of the source', async () => {
    await planned.sql(`UPDATE app_user SET notice_language = 'de'`);
    const job = await planned.make({ title: 'Anrufe "nachts"' });
    planned.source.failing = true;
    for (const time of ['11:05', '12:05']) {
      await planned.tick(time);
      await planned.work();
    }
    expect(await deliver()).toBe(1);
    planned.source.failing = false;
    for (const time of ['13:05', '14:05']) {
      await planned.tick(time);
      await planned.work();
    }
    expect(await deliver()).toBe(1);
    expect(await deliver()).toBe(0);
    const kinds = await planned.sql('SELECT kind, about FROM notice ORDER BY created_at');
    expect(kinds).toEqual([
      { kind: 'run_failed', about: job.id },
      { kind: 'run_recovered', about: job.id },
    ]);
    const [failure] = received;
    expect(failure?.text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(failure?.text).toMatch(/Message-ID: <[0-9a-f-]{36}@example\.org>/);
  });

  it('is not told to whom has no address, wants none of it, or is suspended; nor without a mail server', async () => {
    planned.source.failing = true;
    for (const change of [`email = NULL`, `notice_kinds = '{run_recovered}'`, `state = 'suspended'`]) {
      await planned.sql(`UPDATE app_user SET ${change}`);
      await planned.make({ title: change });
      await planned.tick('11:05');
      await planned.work();
      await planned.clear();
      await planned.sql(`UPDATE app_user SET email = 'ada@example.org', notice_kinds = NULL, state = 'active'`);
    }
    expect(await planned.sql('SELECT * FROM notice')).toEqual([]);
  });
});

/** One notice that waits. */
async function oneNotice(): Promise<void> {
  planned.source.failing = true;
  await planned.make();
  await planned.tick('11:05');
  await planned.work();
  planned.source.failing = false;
}

describe('a notice that cannot be sent', () => {
  it('is tried again after growing waits, given up after a day, and shown', async () => {
    await oneNotice();
    const before = Date.parse((await planned.sql('SELECT udm_now() AS now'))[0]?.['now'] as string);
    refusal = { responseCode: 451 };
    const waits: number[] = [];
    for (;;) {
      expect(await deliver()).toBe(0);
      const [row] = await planned.sql('SELECT given_up_at, extract(epoch FROM next_at - udm_now())::int AS wait FROM notice');
      if (row?.['given_up_at']) break;
      waits.push(row?.['wait'] as number);
      await planned.clock.advance((row?.['wait'] as number) * 1_000);
    }
    expect(waits.slice(0, 8)).toEqual([60, 120, 240, 480, 960, 1_920, 3_840, 7_200]);
    const after = Date.parse((await planned.sql('SELECT udm_now() AS now'))[0]?.['now'] as string);
    expect((after - before) / 3_600_000).toBeGreaterThanOrEqual(24);
    expect((after - before) / 3_600_000).toBeLessThan(26.1);
    expect((await cli.document('notice', 'list', '--unsent')).items).toMatchObject([{ state: 'given_up', errorCode: 'mail.unreachable', kind: 'run_failed' }]);
    expect((await planned.door.call('GET', '/api/account/notices')).json).toMatchObject({ isConfigured: true, givenUp: { code: 'mail.unreachable' } });
  });

  it('is given up at once when the server refuses it for good', async () => {
    await oneNotice();
    refusal = { responseCode: 550 };
    expect(await deliver()).toBe(0);
    expect(await planned.sql('SELECT error_code, next_at FROM notice')).toEqual([{ error_code: 'mail.refused', next_at: null }]);
  });

  it('is sent once by many at once, and again with the same Message-ID when whoever sent it died before noting it', async () => {
    await oneNotice();
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(received).toHaveLength(1);
    await planned.sql('UPDATE notice SET sent_at = NULL, next_at = udm_now()');
    received.length = 0;
    const { tenantId } = planned.door.actor;
    const dying: Mailer = openSmtp(settings);
    const taken = await inTenant(planned.services.database, tenantId, (tx) => takeDueNotice(tx, tenantId, 600));
    await dying.send({ id: taken?.id as string, to: taken?.email as string, subject: 'x', text: 'x' });
    expect(await deliver()).toBe(0);
    await planned.clock.advance(600_000);
    expect(await deliver()).toBe(1);
    const ids = received.map((one) => /Message-ID: (\S+)/.exec(one.text)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('a second factor that is taken away', () => {
  it('is told to its owner, who cannot choose not to be told', async () => {
    const { tenantId } = planned.door.actor;
    const { user } = await createUser(planned.services, planned.door.actor, { name: 'Lovelace', email: 'lovelace@example.org', roles: ['auditor'] });
    await planned.sql(`UPDATE app_user SET notice_kinds = '{}', notice_language = 'de' WHERE id = '${user.id}'`);
    await planned.sql(`INSERT INTO second_factor (tenant_id, user_id, sealed_secret, confirmed_at) VALUES ('${tenantId}', '${user.id}', '', udm_now())`);
    const mailing = cliSession(() => planned.door.app.dataFolder, smtpOf(settings));
    expect((await mailing.refusal('user', 'reset-second-factor', 'nobody')).error.code).toBe('not_found');
    expect(await mailing.document('user', 'reset-second-factor', 'lovelace')).toEqual({ reset: user.id });
    expect((await mailing.refusal('user', 'reset-second-factor', 'lovelace')).error.code).toBe('second_factor.off');
    expect(await deliver()).toBe(1);
    expect(received.map(({ to }) => to)).toEqual(['lovelace@example.org']);
    expect(await planned.sql('SELECT kind, about, facts FROM notice')).toEqual([
      { kind: 'second_factor_reset', about: user.id, facts: { title: 'Lovelace', by: 'admin' } },
    ]);
    expect((await cli.document('notice', 'list')).items).toMatchObject([{ kind: 'second_factor_reset', user: 'Lovelace', state: 'sent' }]);
    const { subject, body } = noticeText('second_factor_reset', { tenant: 't', title: 'Lovelace', by: 'admin' }, 'de', 'UTC');
    expect(subject).toBe('UDM: Ihr zweiter Faktor wurde entfernt');
    expect(body).toContain('admin hat den zweiten Faktor Ihres Kontos „Lovelace“ entfernt');
  });
});

describe('a certificate', () => {
  it('is warned of 30, 7 and 1 days before its end, and when it ended, each once', async () => {
    const [own] = await planned.sql('SELECT id FROM certificate LIMIT 1');
    await planned.sql(`DELETE FROM certificate WHERE id <> '${own?.['id']}'`).catch(() => {});
    const left = async (text: string) => {
      await planned.sql(`UPDATE certificate SET not_after = udm_now() + interval '${text}' WHERE id = '${own?.['id']}'`);
      await tellOfCertificates(planned.services);
      await planned.clock.advance(1_000);
      await tellOfCertificates(planned.services);
      const rows = await planned.sql("SELECT kind, facts->>'days' AS days FROM notice ORDER BY created_at, occasion");
      return rows.map((row) => `${row['kind']} ${row['days']}`);
    };
    expect(await left('30 days 1 minute')).toEqual([]);
    expect(await left('30 days')).toEqual(['certificate_ends 30']);
    expect(await left('8 days')).toHaveLength(1);
    expect((await left('6 days 12 hours')).at(-1)).toBe('certificate_ends 7');
    expect(await left('2 days')).toHaveLength(2);
    expect((await left('20 hours')).at(-1)).toBe('certificate_ends 1');
    expect((await left('-1 minute')).at(-1)).toBe('certificate_ended 0');
    expect(await left('-20 days')).toHaveLength(4);
    await planned.sql(`UPDATE certificate SET not_after = '2100-01-01Z' WHERE id = '${own?.['id']}'`);
    await deliver();
    expect(received).toHaveLength(4);
    expect(received.map((one) => /^Subject: (.*)$/m.exec(one.text)?.[1])).toHaveLength(4);
  });
});

describe('the deadline of a data request', () => {
  it('is told to those who may handle it at 10, 5 and 1 days and when it is over, once each, without a word of the person', async () => {
    const { services, door } = planned;
    const { tenantId } = door.actor;
    const { user: officer } = await createUser(services, door.actor, { name: 'Hopper', email: 'hopper@example.org', roles: ['privacy_officer'] });
    await createUser(services, door.actor, { name: 'Lamarr', email: 'lamarr@example.org', roles: ['approver'] });
    const acting = { ...door.actor, userId: officer.id, roles: ['privacy_officer' as const] };
    const submit = (caseId: string, value: string) =>
      submitRequest(services, acting, { caseId, kinds: ['access'], receivedOn: '2026-03-01', identifiers: [{ type: 'customer_id', value }] });
    await planned.clock.set('2026-03-01T12:00:00Z');
    const { items } = await submit('2026-0117', 'C-1');
    const named = (await submit('2026-0118', 'C-4711')).items[0]?.id as string;
    // As one may that was submitted by another identifier of the person.
    await planned.sql(`UPDATE data_request SET case_id = 'C/4711/x' WHERE id = $1`, [named]);
    // The last day is 1 April.
    const told = async (at: string) => {
      received.length = 0;
      await planned.clock.set(at);
      await Promise.all([tellOfDeadlines(services), tellOfDeadlines(services)]);
      await tellOfDeadlines(services);
      await deliver();
      const subjects = received.map(({ to, text }) => `${to} ${/^Subject: UDM: (.*)$/m.exec(text)?.[1]}`).sort();
      // That of an id that is drawn comes last.
      return [...subjects.filter((one) => one.includes('2026-0117')), ...subjects.filter((one) => !one.includes('2026-0117'))];
    };
    const both = (words: string) => [`hopper@example.org The data request 2026-0117 ${words}`, expect.stringContaining('hopper@example.org')];
    expect(await told('2026-03-21T12:00:00Z')).toEqual([]);
    expect(await told('2026-03-22T12:00:00Z')).toEqual(both('ends in 10 days'));
    expect(await told('2026-03-23T12:00:00Z')).toEqual([]);
    expect(await told('2026-03-27T12:00:00Z')).toEqual(both('ends in 5 days'));
    expect(received.map(({ text }) => text).join()).toMatch(new RegExp(named.slice(0, 8)));
    expect(received.map(({ text }) => text).join()).not.toMatch(/4711/);
    // Of one that ended nothing more is said; while one waits for a second person, those who may be it hear of it, too.
    await stopRequest(services, acting, named, { reason: 'Sent twice.' });
    await planned.sql(`UPDATE data_request SET state = 'approval' WHERE id = $1`, [items[0]?.id]);
    expect(await told('2026-03-31T12:00:00Z')).toEqual(['hopper', 'lamarr'].map((who) => `${who}@example.org The data request 2026-0117 ends in 1 day`));
    expect(await told('2026-04-01T12:00:00Z')).toEqual([]);
    expect(await told('2026-04-02T12:00:00Z')).toEqual(['hopper', 'lamarr'].map((who) => `${who}@example.org The data request 2026-0117 is overdue`));
    expect(await told('2026-04-09T12:00:00Z')).toEqual([]);
    await planned.sql('DELETE FROM data_request WHERE tenant_id = $1', [tenantId]);
  });
});

describe('the recipients of a job', () => {
  it('are told to the owners of the certificates that came and went, in the transaction of the change', async () => {
    const { actor } = planned.door;
    const { tenantId } = actor;
    // The certificate is of now.
    await planned.clock.set(new Date(Date.now() + 60_000).toISOString());
    const other = await inTenant(planned.services.database, tenantId, (tx) =>
      insertUser(tx, {
        tenantId,
        name: `eve ${performance.now()}`,
        passwordHash: 'x',
        roles: ['ucsx_exporter'],
        email: 'eve@example.org',
        mustChangePassword: false,
      }),
    );
    const theirs: CertificateView = await addCertificate(planned.services, { ...actor, userId: other }, { content: files.make().certificate });
    const job = await planned.make();
    const draft = planned.draft() as { recipients: string[] };
    await editJob(planned.services, actor, job.id, 1, { ...draft, recipients: [theirs.id] });
    expect(await deliver()).toBe(2);
    const told = (address: string) => received.find((one) => one.to === address)?.text ?? '';
    expect(told('ada@example.org')).toMatch(/took your certificate out/);
    expect(told('eve@example.org')).toMatch(/chose your certificate/);
    await editJob(planned.services, actor, job.id, 2, { ...draft, recipients: [theirs.id], title: 'Another title' });
    expect(await deliver()).toBe(0);
    await planned.sql('REVOKE INSERT ON notice FROM udm_app');
    await expect(editJob(planned.services, actor, job.id, 3, draft)).rejects.toThrow(/permission denied for table notice/);
    await planned.sql('GRANT INSERT ON notice TO udm_app');
    expect((await planned.job(job.id)).version).toBe(3);
  });
});

describe('what a person chooses', () => {
  it('is kept, checked and on record', async () => {
    const put = (body: object) => planned.door.call('PUT', '/api/account/notices', body);
    const kept = await put({ email: 'new@example.org', language: 'de', kinds: ['run_failed'] });
    expect(kept).toMatchObject({ status: 200, json: { email: 'new@example.org', language: 'de', kinds: ['run_failed'] } });
    expect((await planned.door.call('GET', '/api/account/notices')).json).toEqual(kept.json);
    expect((await put({ email: 'nowhere', language: 'de', kinds: null })).status).toBe(422);
    expect((await put({ email: null, language: 'fr', kinds: null })).status).toBe(422);
    expect((await put({ email: null, language: 'en', kinds: ['everything'] })).status).toBe(422);
    expect(await planned.sql(`SELECT detail FROM audit_log WHERE action = 'user.notices_chosen'`)).toEqual([{ detail: {} }]);
  });
});

describe('an address that changes', () => {
  const put = (email: string | null) => planned.door.call('PUT', '/api/account/notices', { email, language: 'en', kinds: [] });

  it('needs a fresh proof, and the old one is told, whatever kinds its owner wants and whoever did it', async () => {
    // Sessions live by the clock of the tests.
    expect((await put('ada@example.org')).status).toBe(200);
    await planned.sql(`UPDATE session SET proved_at = udm_now() - interval '11 minutes'`);
    expect((await put('ada@example.org')).status).toBe(200);
    for (const answer of [
      await put('thief@example.org'),
      await put(null),
      await planned.door.call('PUT', `/api/users/${planned.door.actor.userId}`, { email: 'thief@example.org' }),
    ])
      expect(answer).toMatchObject({ status: 403, json: { code: 'sign_in.fresh_required' } });
    expect(await planned.sql('SELECT * FROM notice')).toEqual([]);
    expect(await planned.sql(`SELECT email FROM app_user WHERE name = 'admin'`)).toEqual([{ email: 'ada@example.org' }]);
    await planned.sql(`UPDATE session SET proved_at = udm_now()`);
    expect((await put('new@example.org')).status).toBe(200);
    expect((await put(null)).status).toBe(200);
    const told = await planned.sql('SELECT address FROM notice ORDER BY created_at');
    expect(told.map((row) => row['address'])).toEqual(['ada@example.org', 'new@example.org']);
    expect(await deliver()).toBe(2);
    expect(received.map((one) => one.to).sort()).toEqual(['ada@example.org', 'new@example.org']);
    expect(received[0]?.text).toMatch(/admin changed the e-mail address of the user "admin"/);
    expect(received.map((one) => one.text).join()).not.toContain('thief@');
    // Nothing of an address stays that is nobody's any more.
    expect(JSON.stringify(await planned.sql('SELECT * FROM notice'))).not.toContain('@');
    const changed = await planned.door.call('PUT', `/api/users/${planned.door.actor.userId}`, { email: 'ada@example.org' });
    expect(changed.status, changed.text).toBe(200);
    expect(await deliver()).toBe(0);
  });
});

describe('the text of a mail', () => {
  it('names the thing, the time in the zone of the tenant, the cause, and how to choose; in both languages', () => {
    const facts = { tenant: 'default', title: 'Calls\nBcc: x', at: '2026-03-01T11:00:00Z', code: 'source.unreachable' };
    const english = noticeText('run_failed', facts, 'en', 'Europe/Berlin');
    expect(english.subject).toBe('UDM: The job "Calls Bcc: x" has failed');
    expect(english.body).toMatch(/1 March 2026 at 12:00 \(Europe\/Berlin\)/);
    expect(english.body).toContain('The source does not answer. Check host, port and network');
    const german = noticeText('certificate_ends', { tenant: 'default', title: 'Mein', at: '2026-03-01T11:00:00Z', days: 7 }, 'de', 'UTC');
    expect(german.subject).toBe('UDM: Das Zertifikat „Mein“ läuft in 7 Tagen ab');
    expect(german.body).toMatch(/1\. März 2026/);
  });
});

describe('the task', () => {
  it('sends by itself what waits', async () => {
    await oneNotice();
    await planned.door.app.startWorker();
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 20_000, interval: 100 });
  });
});
