import type { CertificateView } from '../contract/certificate.ts';
import { type Challenge, challengeProblem } from '../domain/certificate-challenge.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { recordAct } from '../records/audit.ts';
import { countProofAnswer, recordProof, readCertificate } from '../records/certificates.ts';
import { databaseNow } from '../records/clock.ts';
import { inTenant } from '../records/database.ts';
import { auditActor } from './actor-of.ts';
import { presentStored } from './certificates.ts';
import { isProofWord } from './check-proof.ts';
import { makeProofFile } from './proof-file.ts';
import type { Services } from './services.ts';
import { installationSigner } from './signing-key.ts';

const MOST_ANSWERS = 5;

export interface CertificateChallenge {
  readonly fileName: string;
  /** Base64. */
  readonly content: string;
  readonly sha256: string;
  /** To be sent back with the word: UDM keeps nothing of a challenge. */
  readonly proof: string;
}

/** A small file encrypted to the certificate, with a word that only who opens it can know. Errors: `not_found`, `certificate.*`. */
export async function challengeCertificate(services: Services, actor: Actor, id: string, signal: AbortSignal): Promise<CertificateChallenge> {
  requirePermission(actor, 'certificates.change');
  const { certificate, now } = await inTenant(services.database, actor.tenantId, async (tx) => {
    const found = await readCertificate(tx, actor.tenantId, id);
    if (found === null) throw new CodedError('not_found');
    if (found.notAfter <= found.readAt) throw new CodedError('certificate.expired');
    return { certificate: found, now: await databaseNow(tx) };
  });
  const draft = { title: certificate.label, source: 'UDM', type: 'Proof', entityTypes: 'all' } as const;
  const facts = { draft, recipients: [certificate], jobId: null, time: new Date(now), version: services.version, signer: await installationSigner(services) };
  const { name, bytes, sha256, word } = await makeProofFile(facts, signal);
  const challenge: Challenge = { word, certificateId: id, madeAt: now };
  const proof = services.sealer.seal(JSON.stringify(challenge), contextOf(actor)).toString('base64url');
  return { fileName: name, content: bytes.toString('base64'), sha256, proof };
}

/**
 * Puts on record that the holder of the certificate opens files, when the word is the one inside the file. Errors: `not_found`, `certificate.challenge_failed` for another
 * word, `certificate.challenge_expired` after a day or when it is of another, `certificate.challenge_spent` when it has proven already, `certificate.proof_limited` after five
 * answers within an hour.
 */
export async function proveCertificate(
  services: Services,
  actor: Actor,
  id: string,
  sent: { readonly proof: string; readonly word: string },
): Promise<{ opened: true; certificate: CertificateView }> {
  requirePermission(actor, 'certificates.change');
  const certificate = await inTenant(services.database, actor.tenantId, async (tx) => {
    const found = await readCertificate(tx, actor.tenantId, id);
    if (found === null) throw new CodedError('not_found');
    const challenge = openChallenge(services, actor, sent.proof);
    const problem = challengeProblem(challenge, { id, provenAt: found.provenAt, now: found.readAt });
    if (problem) throw new CodedError(problem);
    if (!(await countProofAnswer(tx, actor.tenantId, id, MOST_ANSWERS))) throw new CodedError('certificate.proof_limited');
    // That it was answered stays counted.
    if (!isProofWord(sent.word, challenge.word)) return null;
    await recordProof(tx, actor.tenantId, id);
    await recordAct(tx, { tenantId: actor.tenantId, actor: auditActor(actor), action: 'certificate.proven', object: { kind: 'certificate', id } });
    return presentStored(tx, actor, id);
  });
  if (certificate === null) throw new CodedError('certificate.challenge_failed', { field: 'word' });
  return { opened: true, certificate };
}

function openChallenge({ sealer }: Services, actor: Actor, sent: string): Challenge {
  try {
    return JSON.parse(sealer.open(Buffer.from(sent, 'base64url'), contextOf(actor))) as Challenge;
  } catch (cause) {
    throw new CodedError('certificate.challenge_expired', { cause });
  }
}

function contextOf({ tenantId, userId }: Actor): string {
  return `certificate proof ${tenantId} ${userId}`;
}
