import type { SigningKeyView } from '../contract/signing-key.ts';
import { type Actor, requirePermission } from '../domain/permission.ts';
import { makeKeyPair, SIGNATURE_ALGORITHM } from '../pipeline/signature.ts';
import { recordAct } from '../records/audit.ts';
import { inTenant } from '../records/database.ts';
import { insertSigningKey, listSigningKeys, readSigningKey, retireSigningKey } from '../records/signing-keys.ts';
import { auditActor } from './actor-of.ts';
import type { Services } from './services.ts';
import { sealContextOf } from './signing-key.ts';

/** The public halves of all signing keys, the one in use first. They are for everybody who is signed in: whoever checks a file needs them. */
export async function listSigningKeysFor(services: Services, actor: Actor): Promise<SigningKeyView[]> {
  requirePermission(actor, 'account.see');
  return (await listSigningKeys(services.database)).map((key) => ({
    id: key.id,
    algorithm: SIGNATURE_ALGORITHM,
    publicKey: key.publicKey,
    createdAt: key.createdAt.toISOString(),
    retiredAt: key.retiredAt?.toISOString() ?? null,
  }));
}

/**
 * Puts a new signing key in use. The old private key is forgotten; its public half stays listed for what it signed. The key is of the whole
 * installation, so only who works at its command line may do this.
 */
export async function renewSigningKey(services: Services, actor: Actor): Promise<SigningKeyView[]> {
  requirePermission(actor, 'signing_key.renew');
  const { tenantId } = actor;
  await inTenant(services.database, tenantId, async (tx) => {
    const old = await readSigningKey(tx);
    if (old) await retireSigningKey(tx, old.id);
    const { id, publicKey, privateKey } = makeKeyPair();
    await insertSigningKey(tx, { id, publicKey, sealedPrivateKey: services.sealer.seal(privateKey, sealContextOf(id)) });
    const detail = { key: id, before: old?.id ?? null };
    await recordAct(tx, { tenantId, actor: auditActor(actor), action: 'signing_key.renewed', object: { kind: 'tenant', id: tenantId }, detail });
  });
  return listSigningKeysFor(services, actor);
}
