import { makeKeyPair, openSigner, type Signer } from '../pipeline/signature.ts';
import { insertSigningKey, readSigningKey } from '../records/signing-keys.ts';
import type { Services } from './services.ts';

/** What a sealed private key is bound to. */
export const sealContextOf = (id: string): string => `signing key ${id}`;

/** The signer with the key in use; the first time, a key is made. Of two processes that start together, both use the key of the first. */
export async function installationSigner({ database, sealer }: Pick<Services, 'database' | 'sealer'>): Promise<Signer> {
  const known = await readSigningKey(database);
  if (known) return openSigner(sealer.open(known.sealedPrivateKey, sealContextOf(known.id)));
  const { id, publicKey, privateKey } = makeKeyPair();
  await insertSigningKey(database, { id, publicKey, sealedPrivateKey: sealer.seal(privateKey, sealContextOf(id)) });
  return installationSigner({ database, sealer });
}
