import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import type { Role } from '../../src/domain/permission.ts';
import { createTenant } from '../../src/operations/create-tenant.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import { openSession } from '../../src/operations/sessions.ts';
import { addSource } from '../../src/operations/sources.ts';
import { inTenant } from '../../src/records/database.ts';
import { dueSteps, findDueRequests } from '../../src/records/data-requests/steps.ts';
import { insertUser, readUser, type UserRecord } from '../../src/records/people.ts';
import { type ContactCentre, startContactCentre } from '../../src/sample/contact-centre.ts';
import { superuserOf } from '../support/database-text.ts';
import { type Door, openDoor } from '../support/door.ts';
import { ORIGIN } from '../support/origin.ts';
import { Recipients } from '../support/recipients.ts';
import { administrator } from '../support/serve.ts';
import { fillTenant } from '../support/tenant.ts';
import { passableFolder } from '../support/udm.ts';
import type { Document, FuzzedRequest, Known, Who } from './requests.ts';

/**
 * An installation with two tenants and their things, on a real source, that notes which rows of its own database every request changed, and holds
 * each answer to what was promised.
 */

export interface FuzzFigures {
  requests: number;
  statuses: Record<string, number>;
  changes: number;
  /** How many each of the routes did. */
  done: Record<string, number>;
}

/** What a refused request may change all the same: it was counted, or it was on record that somebody asked. */
const OF_ANY_REQUEST = `'session', 'attempt'`;
const OF_REFUSALS: Readonly<Record<string, readonly string[]>> = {
  // Wrong answers are counted, and that somebody tried is on record.
  'POST /api/session': ['audit_log', 'audit_head'],
  'POST /api/session/proof': ['audit_log', 'audit_head'],
  'POST /api/certificates/{id}/proof': ['certificate', 'audit_log', 'audit_head'],
  'POST /api/second-factor/confirmation': ['second_factor', 'audit_log', 'audit_head'],
  // What the source is asked is on record before it is asked.
  'POST /api/sources/{name}/sample': ['audit_log', 'audit_head'],
  'POST /api/jobs/test': ['audit_log', 'audit_head'],
  'POST /api/jobs/test/proof': ['audit_log', 'audit_head'],
};

/** As `fillTenant` writes one; no key was ever made for it. */
const FURNISHED_LABEL = 'a…@e….com';
const REQUESTS_AT_ONCE = 8;
const PASSWORD = 'correct horse battery staple';

export class FuzzWorld {
  readonly figures: FuzzFigures = { requests: 0, statuses: {}, changes: 0, done: {} };
  readonly #door: Door;
  readonly #centre: ContactCentre;
  readonly #home: string;
  readonly #files: Recipients;
  readonly #superuser: pg.Client;
  readonly #people = new Map<Who, { readonly tenantId: string; readonly userId: string }>();
  readonly #headers = new Map<Who, Record<string, string>>();
  #known: { readonly of: string; readonly id: string }[] = [];
  /** E-mail addresses of people in the source. */
  #addresses: string[] = [];
  #draft: Record<string, unknown> = {};

  private constructor(parts: { door: Door; centre: ContactCentre; home: string; files: Recipients; superuser: pg.Client }) {
    this.#door = parts.door;
    this.#centre = parts.centre;
    this.#home = parts.home;
    this.#files = parts.files;
    this.#superuser = parts.superuser;
  }

  static async open(): Promise<FuzzWorld> {
    const home = await passableFolder('udm-fuzz-');
    const files = new Recipients();
    const [door, centre] = await Promise.all([
      openDoor(),
      startContactCentre(path.join(home, 'contact-centre'), { contacts: 50, interactions: 500, days: 10, seed: 5, endsAt: new Date('2026-03-01T00:00:00Z') }),
    ]);
    const superuser = new pg.Client(await superuserOf(door.app.dataFolder));
    await superuser.connect();
    const world = new FuzzWorld({ door, centre, home, files, superuser });
    await world.#furnish();
    await world.#watchChanges();
    await world.refresh();
    return world;
  }

  async document(): Promise<Document> {
    const { json } = await this.#door.call('GET', '/api/openapi.json');
    // That call signed somebody in.
    await this.#superuser.query('DELETE FROM fuzz_change');
    return json as Document;
  }

  /** Bodies that routes accept from the administrator. */
  examples(): Record<string, readonly unknown[]> {
    const draft = this.#draft;
    const daily = { ...draft, run: { kind: 'daily', at: '03:30' }, range: { kind: 'since_previous' }, timeZone: 'Europe/Berlin' };
    const jobs = [draft, daily, { ...draft, run: { kind: 'hourly', every: 5, minute: 7 }, range: { kind: 'last', count: 3, unit: 'days' } }];
    return {
      'POST /api/jobs': jobs,
      'PUT /api/jobs/{id}': jobs,
      'POST /api/jobs/preview': jobs,
      'POST /api/jobs/{id}/preview': jobs,
      'POST /api/jobs/test': jobs,
      'POST /api/certificates': [{ content: this.#files.make().certificate }, { content: this.#files.make().certificate, label: 'mine' }],
      'POST /api/users': ['one', 'two', 'three'].map((name) => ({ name, roles: ['ucsx_exporter'] })),
      ...this.#requestExamples(),
      ...this.#accountExamples(),
      'POST /api/sources/{name}/sample': [{ type: 'Interaction' }, { type: 'Contact', entityTypes: 'all' }],
    };
  }

  #accountExamples(): Record<string, readonly unknown[]> {
    const { password, host, port, database, user } = this.#centre.reader;
    const source = { catalog: 'ucsx', host, port, database, user, password };
    return {
      'POST /api/session': ['exporter', 'auditor', 'officer'].map((name) => ({ tenant: 'default', user: name, password: PASSWORD })),
      'POST /api/session/proof': [{ password: PASSWORD }],
      'PUT /api/session/password': [{ present: PASSWORD, password: 'another battery staple horse' }],
      'POST /api/tokens': [{ name: 'nightly', scopes: ['read', 'jobs'], days: 30 }],
      'PUT /api/settings': [{ timeZone: 'Europe/Berlin' }, { retentionDays: 20, erasureApproval: true }, { phoneRegion: 'DE', requestDelayHours: 0 }],
      'POST /api/sources': [
        { name: 'Third', ...source },
        { name: 'Fourth', ...source, settleSeconds: 60 },
      ],
      'PUT /api/sources/{id}': [{ name: 'Renamed', ...source }],
    };
  }

  #requestExamples(): Record<string, readonly unknown[]> {
    const reason = 'They asked by letter.';
    const about = (value: string) => [{ type: 'email', value }];
    const requests = this.#addresses.flatMap((value, at) => [
      { caseId: `2026-${at}`, kinds: ['access', 'erasure'], identifiers: about(value), identityNote: 'Passport seen.', confirmDuplicate: true },
      { caseId: `2026-${at}`, kinds: ['erasure'], identifiers: [...about(value), ...about(`${at}@nobody.example`)], identityNote: 'Passport seen.' },
      {
        caseId: `2026-${at}`,
        kinds: ['access'],
        identifiers: [...about(value), ...about(this.#addresses[0] ?? '')],
        identityNote: 'Seen.',
        confirmDuplicate: true,
      },
      { caseId: `2026-${at}`, kinds: ['rectification'], identifiers: about(value), corrections: [{ field: 'firstName', to: 'Ada' }] },
    ]);
    const consumers = this.#addresses.map((email) => ({ email }));
    return {
      'POST /api/requests': requests,
      'POST /api/requests/check': requests,
      'POST /api/requests/file': [
        { caseId: 'many', kinds: ['access'], consumers: [...consumers.slice(0, 3), { email: ['a@b.example', 'c@d.example'], caseId: 'own' }] },
      ],
      'PUT /api/requests/{id}/identity': [{ note: 'Passport seen.' }, { note: 'Passport seen.', begin: false }],
      'POST /api/requests/{id}/identifiers': this.#addresses.map((value) => ({ identifiers: about(value) })),
      'POST /api/requests/{id}/extend': [{ reason }, { reason, months: 2 }],
      'POST /api/requests/{id}/refuse': [{ ground: 'excessive', reason }],
      'POST /api/requests/{id}/stop': [{ reason }],
      'POST /api/holds': this.#addresses.map((value) => ({ identifiers: about(value), reason })),
      'POST /api/holds/{id}/release': [{ reason }],
    };
  }

  /** Ids and names that occur in either tenant. */
  readonly known: Known = (of) => {
    const suiting = this.#known.filter((one) => one.of === of);
    return (suiting.length > 0 ? suiting : this.#known).map(({ id }) => id);
  };

  /** What is broken by the answer to it, in a plain sentence; null when all is well. */
  async ask(request: FuzzedRequest): Promise<string | null> {
    const answer = await this.#door.inject({
      method: request.method as 'GET',
      url: request.url,
      headers: { ...this.#headers.get(request.who), ...(request.body === null ? {} : { 'content-type': 'application/json' }), ...request.headers },
      ...(request.body !== null && { payload: request.body }),
    });
    this.figures.requests += 1;
    this.figures.statuses[answer.statusCode] = (this.figures.statuses[answer.statusCode] ?? 0) + 1;
    const route = `${request.method} ${request.path}`;
    if (answer.statusCode < 300) this.figures.done[route] = (this.figures.done[route] ?? 0) + 1;
    const changed = await this.#changes();
    const problem = problemOf(request, answer, changed);
    // Whatever happened to those who ask, they ask on.
    if (isShutOut(request, answer) || changed.some(({ table }) => MAKES_OTHERS.has(table))) await this.#restorePeople();
    if (this.figures.requests % 200 === 0) await this.refresh();
    if (changed.length > 0) {
      this.figures.changes += 1;
      await this.#superuser.query('DELETE FROM fuzz_change');
    }
    return problem;
  }

  /** Lets data requests go on as far as nobody is asked, and looks anew at what there is. */
  async refresh(): Promise<void> {
    await this.#workOnRequests();
    await this.#superuser.query('VACUUM fuzz_change');
    const { rows } = await this.#superuser.query<{ of: string; id: string }>(`
      SELECT "of", id FROM (SELECT "of", id, row_number() OVER (PARTITION BY "of", state ORDER BY random()) AS place FROM (
        SELECT 'jobs' AS "of", concat(state, next_run_at IS NULL) AS state, id::text FROM export_job UNION ALL SELECT 'runs', '', id::text FROM run
        UNION ALL SELECT 'artifacts', '', id::text FROM artifact UNION ALL SELECT 'certificates', '', id::text FROM certificate
        UNION ALL SELECT 'users', '', id::text FROM app_user UNION ALL SELECT 'sessions', '', id::text FROM session
        UNION ALL SELECT 'tokens', '', id::text FROM api_token UNION ALL SELECT 'sources', 'id', id::text FROM source UNION ALL SELECT 'sources', 'name', name FROM source
        UNION ALL SELECT 'requests', concat(state, sealed_identity_note IS NULL), id::text FROM data_request UNION ALL SELECT 'holds', '', id::text FROM legal_hold
      ) known) numbered WHERE place <= CASE WHEN "of" IN ('requests', 'jobs') THEN 2 ELSE 6 END ORDER BY id`);
    this.#known = rows;
  }

  /** A worker's part, a few of them at a time: approval, holds and duplicates then meet requests in every state. */
  async #workOnRequests(): Promise<void> {
    const { services } = this.#door.app;
    await advanceRequests(services);
    for (const { tenantId, requestId } of (await findDueRequests(services.database)).slice(0, REQUESTS_AT_ONCE))
      for (const step of await inTenant(services.database, tenantId, (tx) => dueSteps(tx, tenantId, requestId)))
        await executeRequestStep(services, step, new AbortController().signal);
    await this.#superuser.query('DELETE FROM fuzz_change');
  }

  /** Keys of cases that were never made, and requests of the API whose key is not there. */
  async strayKeys(): Promise<string[]> {
    const { rows } = await this.#superuser.query<{ name: string }>(
      `SELECT tenant_id || '.' || id || '.key' AS name FROM data_request WHERE label <> '${FURNISHED_LABEL}' AND ended_at IS NULL`,
    );
    const [rowsOpen, files] = [
      new Set(rows.map(({ name }) => name)),
      await readdir(path.join(this.#door.app.dataFolder, 'case-keys')).catch((): string[] => []),
    ];
    const all = new Set(
      (await this.#superuser.query<{ name: string }>(`SELECT tenant_id || '.' || id || '.key' AS name FROM data_request`)).rows.map(({ name }) => name),
    );
    return [...files.filter((name) => !all.has(name)), ...[...rowsOpen].filter((name) => !files.includes(name))];
  }

  async close(): Promise<void> {
    await this.#superuser.end();
    await this.#door.close();
    await this.#centre.stop();
    await rm(this.#home, { recursive: true, force: true });
    this.#files.remove();
  }

  async #furnish(): Promise<void> {
    const { app } = this.#door;
    // What refuses takes its time, which is not what is tried here.
    Object.assign(app.services, { wait: async () => {} });
    await createTenant(app.services, { tenant: 'other', user: 'admin', password: PASSWORD });
    for (const [who, tenant] of [
      ['administrator', 'default'],
      ['other_tenant', 'other'],
    ] as const) {
      const actor = await administrator(app, tenant);
      const { sourceName, draft } = await fillTenant(app, actor, this.#files.make().certificate);
      if (who === 'administrator') this.#draft = draft;
      const { password, ...settings } = this.#centre.reader;
      await addSource(app.services, actor, { name: sourceName, connector: 'postgres', catalog: 'ucsx', settings: { ...settings }, secret: password });
      this.#people.set(who, { tenantId: actor.tenantId, userId: actor.userId });
    }
    // What stands for single sign-on there was sealed by nobody, and a request that is open has no receipt.
    await this.#superuser.query('DELETE FROM single_sign_on; DELETE FROM data_request_receipt');
    await this.#addPerson('exporter', ['ucsx_exporter']);
    await this.#addPerson('auditor', ['auditor']);
    await this.#addPerson('officer', ['privacy_officer']);
    await this.#addPerson('approver', ['approver']);
    this.#addresses = await this.#addressesOfSource();
    await this.#keepPeople();
    await this.#restorePeople();
    this.#headers.set('stranger', { cookie: `udm_session=${'x'.repeat(43)}`, 'x-csrf-token': 'x' });
  }

  async #addressesOfSource(): Promise<string[]> {
    const { host, port, user, database, password } = this.#centre.reader;
    const client = new pg.Client({ host, port, user, database, password });
    await client.connect();
    const { rows } = await client.query<{ address: string }>(
      `SELECT DISTINCT lower(email_address) AS address FROM ucsx.contact WHERE email_address LIKE '%_@_%' ORDER BY 1 LIMIT 25`,
    );
    await client.end();
    return rows.map(({ address }) => address);
  }

  async #addPerson(who: Who, roles: readonly Role[]): Promise<void> {
    const { tenantId, userId } = this.#people.get('administrator') as { tenantId: string; userId: string };
    const { database } = this.#door.app.services;
    const id = await inTenant(database, tenantId, async (tx) => {
      const { passwordHash } = (await readUser(tx, tenantId, userId)) as UserRecord;
      return insertUser(tx, { tenantId, name: who, passwordHash, mustChangePassword: false, roles });
    });
    this.#people.set(who, { tenantId, userId: id });
  }

  /** As they are now, they come back. */
  async #keepPeople(): Promise<void> {
    await this.#superuser.query('CREATE TABLE fuzz_person AS SELECT * FROM app_user; CREATE TABLE fuzz_tenant AS SELECT * FROM tenant');
  }

  async #restorePeople(): Promise<void> {
    const columns = async (table: string) =>
      (
        await this.#superuser.query<{ name: string }>(
          `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'`,
          [table],
        )
      ).rows.map(({ name }) => `"${name}"`);
    for (const [table, kept] of [
      ['app_user', 'fuzz_person'],
      ['tenant', 'fuzz_tenant'],
    ] as const) {
      const names = await columns(table);
      await this.#superuser.query(
        `UPDATE ${table} SET (${names}) = (SELECT ${names} FROM ${kept} WHERE ${kept}.id = ${table}.id) WHERE id IN (SELECT id FROM ${kept})`,
      );
    }
    await this.#superuser.query('DELETE FROM second_factor; DELETE FROM recovery_code');
    for (const [who, { tenantId, userId }] of this.#people) await this.#startSession(who, tenantId, userId);
    await this.#superuser.query('DELETE FROM fuzz_change').catch(() => undefined);
  }

  async #startSession(who: Who, tenantId: string, userId: string): Promise<void> {
    const { services } = this.#door.app;
    const user = (await inTenant(services.database, tenantId, (tx) => readUser(tx, tenantId, userId))) as UserRecord;
    const { token, session } = await openSession(services, user, { origin: ORIGIN, method: 'password', isRemembered: false });
    this.#headers.set(who, { 'cookie': `udm_session=${token}`, 'x-csrf-token': session.csrfToken });
  }

  /** Every table of UDM's own, so that a new one cannot be forgotten. */
  async #watchChanges(): Promise<void> {
    await this.#superuser.query(`
      CREATE TABLE fuzz_change (name text NOT NULL, act bigint NOT NULL);
      CREATE FUNCTION fuzz_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO public AS
        $$ BEGIN
          -- How far a job is planned is the planner's own note, whoever made it look.
          IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{planned_until,next_run_at}'::text[] = to_jsonb(NEW) - '{planned_until,next_run_at}'::text[] THEN RETURN NULL; END IF;
          INSERT INTO fuzz_change (name, act) VALUES (TG_TABLE_NAME, txid_current());
          RETURN NULL;
        END $$;
      DO $$ DECLARE one text; BEGIN
        FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'fuzz%' AND relname NOT IN (${OF_ANY_REQUEST}) LOOP
          EXECUTE format('CREATE TRIGGER fuzz_note AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION fuzz_note()', one);
        END LOOP; END $$`);
  }

  async #changes(): Promise<Change[]> {
    const { rows } = await this.#superuser.query<Change>(`SELECT name AS "table", act::text FROM fuzz_change`);
    return rows;
  }
}

interface Change {
  readonly table: string;
  readonly act: string;
}

/** Who changed is another from now on, or nobody. */
const MAKES_OTHERS = new Set(['app_user', 'tenant', 'second_factor', 'recovery_code']);
/** Written on its own, and no act of anybody's yet: an app that was not confirmed is none. */
const WITHOUT_RECORD = new Set(['idempotency_key', 'bulk_act', 'audit_head', 'second_factor']);

/** One of the people was asked to sign in, or may do nothing else than change a password or add an app. */
function isShutOut({ who, headers }: FuzzedRequest, { statusCode, body }: { statusCode: number; body: string }): boolean {
  if (who === 'nobody' || who === 'stranger' || 'authorization' in headers || 'x-csrf-token' in headers) return false;
  return statusCode === 401 || (statusCode === 403 && (parsed(body) as { code?: string } | null)?.code !== 'permission.denied');
}

function problemOf(
  { method, path: route }: FuzzedRequest,
  answer: { statusCode: number; body: string; headers: Record<string, unknown> },
  changed: readonly Change[],
): string | null {
  const { statusCode: status, body } = answer;
  const tables = [...new Set(changed.map(({ table }) => table))];
  if (status >= 500) return `answered ${status}: ${body.slice(0, 500)}`;
  if (status >= 400) {
    const problem = body === '' && method === 'HEAD' ? {} : parsed(body);
    if (problem === null || typeof (problem as { code?: unknown }).code !== 'string')
      return `refused with ${status} and no problem document: ${body.slice(0, 200)}`;
    const left = tables.filter((table) => !(OF_REFUSALS[`${method} ${route}`] ?? []).includes(table));
    return left.length === 0 ? null : `refused with ${status} (${(problem as { code: string }).code}) and changed ${left}`;
  }
  if (method === 'GET') {
    const left = tables.filter((table) => table !== 'audit_log' && table !== 'audit_head');
    return left.length === 0 ? null : `only read and changed ${left}`;
  }
  // Whatever an act changed it changed in the transaction that put it on record.
  const acts = Map.groupBy(changed, ({ act }) => act);
  for (const [, changes] of acts) {
    if (changes.some(({ table }) => table === 'audit_log') || changes.every(({ table }) => WITHOUT_RECORD.has(table))) continue;
    return `answered ${status} and changed ${[...new Set(changes.map(({ table }) => table))]} without a record`;
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
