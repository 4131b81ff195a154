import { createHash } from 'node:crypto';
import { ByteReader } from './byte-reader.ts';
import { readEnvelope } from './cms/envelope.ts';

/** What can be seen of an encrypted file without a private key. */
export interface SeenOutside {
  readonly bytes: number;
  readonly sha256: string;
  /** How many recipients it is encrypted to. */
  readonly recipients: number;
}

/** Reads a file to its end in constant memory and checks that it is one whole CMS structure. Errors: `file.damaged`, `file.not_encrypted`. */
export async function checkEnvelope(file: AsyncIterable<Uint8Array>): Promise<SeenOutside> {
  const hash = createHash('sha256');
  let bytes = 0;
  const reader = new ByteReader(
    (async function* () {
      for await (const chunk of file) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    })(),
    'file',
  );
  try {
    const { content, encryptedKeys } = await readEnvelope(reader);
    // Nothing is kept: it is enough that the structure holds to its end.
    for await (const _ of content);
    return { bytes, sha256: hash.digest('hex'), recipients: encryptedKeys.length };
  } finally {
    await reader.close();
  }
}
