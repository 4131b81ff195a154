import { makeKeyPair, openSigner, type Signer } from '../pipeline/signature.ts';
import { insertSigningKey, readSigningKey } from '../records/signing-keys.ts';
import type { Services } from './services.ts';
import { openStoredSecret } from './stored-secret.ts';

/** What a sealed private key is bound to. */
export const sealContextOf = (id: string): string => `signing key ${id}`;

/** The signer with the key in use; the first time, a key is made. Of two processes that start together, both use the key of the first. Error: `signing_key.secret_unreadable`. */
export async function installationSigner({ database, sealer }: Pick<Services, 'database' | 'sealer'>): Promise<Signer> {
  const known = await readSigningKey(database);
  if (known) {
    const secret = { sealed: known.sealedPrivateKey, context: sealContextOf(known.id), unreadable: 'signing_key.secret_unreadable', whose: known.id } as const;
    return openSigner(openStoredSecret({ sealer }, secret));
  }
  const { id, publicKey, privateKey } = makeKeyPair();
  await insertSigningKey(database, { id, publicKey, sealedPrivateKey: sealer.seal(privateKey, sealContextOf(id)) });
  return installationSigner({ database, sealer });
}
