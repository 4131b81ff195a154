import { timingSafeEqual } from 'node:crypto';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';

const LIFETIME_MS = 24 * 3_600_000;

interface Proof {
  readonly word: string;
  readonly sourceId: string;
  readonly madeAt: string;
}

/** What the word of a test is, sealed for its author to carry: UDM keeps nothing of a test. */
export function sealProof({ sealer }: Services, actor: Actor, proof: Proof): string {
  return sealer.seal(JSON.stringify(proof), contextOf(actor)).toString('base64url');
}

/**
 * Whether the word is the one inside the file of that test: then its author can open what the job makes. Capitals, blanks and
 * hyphens do not count. Error: `test.proof_expired` after a day, or when the test was another's.
 */
export async function checkProof(services: Services, actor: Actor, sent: { readonly proof: string; readonly word: string }): Promise<{ opened: boolean }> {
  requirePermission(actor, 'jobs.create');
  const proof = openProof(services, actor, sent.proof);
  return inTenant(services.database, actor.tenantId, async (tx) => {
    if (Date.parse(await databaseNow(tx)) - Date.parse(proof.madeAt) > LIFETIME_MS) throw new CodedError('test.proof_expired');
    if (!isProofWord(sent.word, proof.word)) return { opened: false };
    const object = { kind: 'source', id: proof.sourceId };
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'job.test_opened', object });
    return { opened: true };
  });
}

function openProof({ sealer }: Services, actor: Actor, sent: string): Proof {
  try {
    return JSON.parse(sealer.open(Buffer.from(sent, 'base64url'), contextOf(actor))) as Proof;
  } catch (cause) {
    throw new CodedError('test.proof_expired', { cause });
  }
}

function contextOf({ tenantId, userId }: Actor): string {
  return `proof ${tenantId} ${userId}`;
}

/** Whether it is the word; capitals, blanks and hyphens do not count. */
export function isProofWord(sent: string, word: string): boolean {
  return isSame(plain(sent), plain(word));
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
