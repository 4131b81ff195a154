import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { JobDraft } from '../domain/job-draft.ts';
import type { Signer } from '../pipeline/signature.ts';
import { writeArchive } from '../pipeline/write-archive.ts';
import type { CertificateRecord } from '../records/certificates.ts';
import { describeArchive } from './describe-archive.ts';
import { recipientOf } from './recipient-of.ts';

export interface ProofFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
  /** What stands inside; it leaves UDM only encrypted. */
  readonly word: string;
}

/** Letters and digits that nobody takes for one another. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 3;
const GROUP_LENGTH = 4;

const SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:udm:schema:proof:1',
  title: 'Proof that a file can be opened',
  type: 'object',
  properties: { proofWord: { type: 'string' }, about: { type: 'string' } },
  required: ['proofWord', 'about'],
  additionalProperties: false,
};
const ABOUT = 'Type the proof word where you got this file. It holds no data of your source.';

/**
 * A file as the job would make it, by the same pipeline and to the same certificates, with a made-up word instead of rows; read
 * back and checked as every file is. It exists in memory only. Errors: `certificate.*`, the reason of the signal.
 */
export async function makeProofFile(
  facts: {
    readonly draft: Pick<JobDraft, 'title' | 'source' | 'type' | 'entityTypes'>;
    readonly recipients: readonly CertificateRecord[];
    readonly jobId: string | null;
    readonly time: Date;
    readonly version: string;
    readonly signer: Signer;
  },
  signal: AbortSignal,
): Promise<ProofFile> {
  const { draft, recipients, time } = facts;
  const word = proofWord();
  const chunks: Uint8Array[] = [];
  const file = { name: 'Proof.jsonl', entityType: 'Proof', content: 'rows', schemaName: 'Proof.schema.json', schema: SCHEMA } as const;
  const written = await writeArchive({
    files: [{ ...file, lines: () => oneLine({ proofWord: word, about: ABOUT }) }],
    recipients: recipients.map(recipientOf),
    ...describeArchive(
      {
        udmVersion: facts.version,
        createdAt: time.toISOString(),
        run: { id: randomUUID(), attempt: 1, scheduledAt: time.toISOString() },
        job: { id: facts.jobId, title: draft.title },
        source: draft.source,
        type: draft.type,
        entityTypes: draft.entityTypes === 'all' ? null : draft.entityTypes,
        window: { from: null, to: null },
        recipients: recipients.map((one) => one.fingerprint),
      },
      [['Purpose', 'A test: it holds a made-up word and no data of a source']],
      facts.signer,
    ),
    time,
    sink: async (chunk) => void chunks.push(Uint8Array.from(chunk)),
    onProgress: () => {},
    signal,
  });
  await written.verifyStored(inTurn(chunks));
  const bytes = Buffer.concat(chunks);
  // To the millisecond: two tests in one second are two files.
  const stamp = time.toISOString().replace(/[-:.]/g, '');
  return { name: `udm-test-${stamp}.zip.p7m`, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), word };
}

function proofWord(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

async function* oneLine(value: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(value)}\n`);
}

async function* inTurn(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
