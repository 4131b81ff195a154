import type { SampleView } from '../contract/source.ts';
import { SOURCE_STEPS, type SourceStep } from '../contract/source-test.ts';
import { type Actor, may, requirePermission } from '../domain/permission.ts';
import type { SourceDraft } from '../domain/source-draft.ts';
import { CodedError } from '../errors.ts';
import { reasonOf } from '../lib/log.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import { readSource, type SourceRecord } from '../records/sources.ts';
import type { Source, SourceProbe, SourceWriter } from '../sources/source.ts';
import { auditActor } from './actor-of.ts';
import { readSourceDraft, settingsOf } from './change-source.ts';
import type { Services } from './services.ts';
import { changingConnectorOf, openSecret, openWriter } from './sources.ts';

/** What each step cannot do without; all others are tried, so that every problem is told at once. */
const NEEDS: Readonly<Record<SourceStep, readonly SourceStep[]>> = {
  settings: [],
  resolve: ['settings'],
  connect: ['resolve'],
  tls: ['connect'],
  sign_in: ['tls'],
  server: ['sign_in'],
  rights: ['sign_in'],
  tables: ['sign_in'],
  writer: ['tls'],
  sample: ['rights', 'tables'],
};

const LIMIT_MS = 60_000;
const SAMPLE_ROWS = 10;

type Facts = Readonly<Record<string, string | number | boolean | null>>;
type Sample = Omit<SampleView, 'source'>;

export type SourceTestProgress =
  | { readonly step: SourceStep; readonly state: 'running' }
  | { readonly step: SourceStep; readonly state: 'skipped' }
  | { readonly step: SourceStep; readonly state: 'ok'; readonly milliseconds: number; readonly facts: Facts }
  | { readonly step: SourceStep; readonly state: 'failed'; readonly milliseconds: number; readonly error: CodedError }
  | { readonly state: 'end'; readonly ok: boolean; readonly sample: Sample | null };

interface SourceTest {
  readonly services: Services;
  readonly actor: Actor;
  readonly draft: unknown;
  /** The stored source that is tried, or that the draft changes. */
  readonly stored: SourceRecord | null;
  /** Aborted when its author leaves, and when the source has had its time. */
  readonly signal: AbortSignal;
  source?: Source;
  catalog?: string;
  probe?: SourceProbe;
  sample?: Sample;
}

/**
 * Tries the way to a source, step by step, up to ten masked rows; nothing is stored. Ends early when `signal` is aborted.
 * @param input `source` for a stored one, `draft` for settings that are not, both for a change of a stored one
 * Errors before the first step: `permission.denied`, `not_found` for the source. Later ones are the outcome of their step.
 */
export async function* testSource(services: Services, actor: Actor, input: unknown, signal: AbortSignal): AsyncGenerator<SourceTestProgress, void> {
  requirePermission(actor, 'sources.change');
  const sent = (typeof input === 'object' && input !== null ? input : {}) as { readonly draft?: unknown; readonly source?: unknown };
  const stored = sent.source === undefined ? null : await visibleSource(services, actor, sent.source);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new CodedError('source.too_slow', { range: `${LIMIT_MS / 1_000} seconds` })), LIMIT_MS);
  const test: SourceTest = { services, actor, draft: sent.draft, stored, signal: AbortSignal.any([signal, limit.signal]) };
  try {
    const passed = new Set<SourceStep>();
    for (const step of SOURCE_STEPS) {
      if (signal.aborted) return;
      yield* tryStep(test, step, passed);
    }
    yield { state: 'end', ok: passed.size === SOURCE_STEPS.length, sample: test.sample ?? null };
  } finally {
    clearTimeout(timer);
    await test.probe?.close().catch(() => {});
  }
}

async function* tryStep(test: SourceTest, step: SourceStep, passed: Set<SourceStep>): AsyncGenerator<SourceTestProgress, void> {
  if (NEEDS[step].some((one) => !passed.has(one))) {
    yield { step, state: 'skipped' };
    return;
  }
  yield { step, state: 'running' };
  const began = performance.now();
  const milliseconds = (): number => Math.round(performance.now() - began);
  try {
    const facts = await STEPS[step](test);
    passed.add(step);
    yield { step, state: 'ok', milliseconds: milliseconds(), facts };
  } catch (error) {
    yield { step, state: 'failed', milliseconds: milliseconds(), error: codedOf(test, error) };
  }
}

/** Each step answers with what it found, or throws a coded error that says what is wrong. */
const STEPS: Readonly<Record<SourceStep, (test: SourceTest) => Promise<Facts>>> = {
  settings,
  resolve: async (test) => ({ addresses: (await probeOf(test).resolve()).addresses.join(', ') }),
  connect: async (test) => ({ ...(await probeOf(test).connect()) }),
  tls: async (test) => ({ ...((await probeOf(test).secure()) ?? { version: null }) }),
  sign_in: async (test) => {
    await probeOf(test).signIn();
    return {};
  },
  server,
  rights: async (test) => ({ ...(await probeOf(test).rights()) }),
  tables: async (test) => ({ ...(await probeOf(test).tables()) }),
  writer: async (test) => ({ ...((await probeOf(test).writer()) ?? { user: null }) }),
  sample,
};

/** The settings as saving would read them. That a source is about to be read is on record from here on. */
async function settings(test: SourceTest): Promise<Facts> {
  const { services, actor, stored, signal } = test;
  const { tenantId } = actor;
  const source = await inTenant(services.database, tenantId, async (tx) => {
    const isDraft = test.draft !== undefined;
    const draft = isDraft || !stored ? await readSourceDraft(services, tx, actor, test.draft, stored) : null;
    const object = { kind: 'source', ...(stored && { id: stored.id }) };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'source.tested', object, detail: { stored: !isDraft } });
    test.catalog = draft?.catalog ?? stored?.catalog ?? '';
    if (!draft) return changingConnectorOf(services, stored as SourceRecord);
    const secret = draft.password ?? (stored ? openSecret(services, stored) : '');
    return services.connectors.open(draft.connector, draft.catalog, settingsOf(draft), secret, writerOf(services, draft, stored));
  });
  test.source = source;
  const probe = source.probe?.(signal);
  if (!probe) throw new Error('this connector cannot be tried step by step');
  test.probe = probe;
  return {};
}

function writerOf(services: Services, { writerUser: user, writerPassword }: SourceDraft, stored: SourceRecord | null): SourceWriter | null {
  const password = writerPassword ?? (stored && openWriter(services, stored)?.password);
  return user !== null && password ? { user, password } : null;
}

async function server(test: SourceTest): Promise<Facts> {
  const { version, isReplica, now } = await probeOf(test).server();
  const behind = Date.parse(await databaseNow(test.services.database)) - Date.parse(now);
  return { version, isReplica, now, behindSeconds: Math.round(behind / 1_000) };
}

/** Ten rows of the first entity type that has any. */
async function sample(test: SourceTest): Promise<Facts> {
  const { services, source, catalog = '', signal } = test;
  for (const { type } of services.connectors.describe(catalog)) {
    const found = (await source?.sample({ type, entityTypes: null, rows: SAMPLE_ROWS }, signal))?.find((one) => one.rows.length > 0);
    if (!found) continue;
    test.sample = { type, entityTypes: [{ entityType: found.entityType, rows: found.rows.map((row) => ({ ...row })) }] };
    return { rows: found.rows.length, type, entityType: found.entityType };
  }
  return { rows: 0 };
}

function probeOf({ probe }: SourceTest): SourceProbe {
  if (!probe) throw new Error('the settings come first');
  return probe;
}

function codedOf({ services }: SourceTest, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  services.log.error({ event: 'source.test_error', reason: reasonOf(error) });
  return new CodedError('internal', { cause: error });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is no id, and what the actor may not see, answers like what is unknown. */
async function visibleSource(services: Services, actor: Actor, id: unknown): Promise<SourceRecord> {
  const known = typeof id === 'string' && UUID.test(id) ? id : null;
  const found = known && (await inTenant(services.database, actor.tenantId, (tx) => readSource(tx, actor.tenantId, known)));
  if (!found || !may(actor, 'sources.see', found.catalog)) throw new CodedError('not_found');
  return found;
}
