import { CodedError } from '../../../../src/errors.ts';
import type { PrivateKey } from '../../../../src/pipeline/primitives.ts';
import { BROWSER_PRIMITIVES } from '../../../../src/pipeline/primitives-browser.ts';
import { readPrivateKey } from '../../../../src/pipeline/private-key-browser.ts';
import { type EntryOutput, readArchive } from '../../../../src/pipeline/read-archive.ts';
import type { Answer, Origin, ProblemName, Question } from './messages.ts';
import { Beginning, isShown } from './preview.ts';

/* Decrypts beside the page, so that the page stays alive. Key and plain bytes never leave this worker, except to the page and where the
   person saves them. */

const PIECE_BYTES = 1024 * 1024;
const PROGRESS_MS = 150;
const NOTHING: EntryOutput = { write: async () => undefined, close: async () => undefined };
const KNOWN: readonly string[] = ['file.key', 'file.not_recipient', 'file.not_encrypted', 'file.damaged', 'file.signature'];

/** A fault that is not of the file's format. */
class Trouble extends Error {
  readonly problem: ProblemName;

  constructor(problem: ProblemName, cause: unknown) {
    super(problem, { cause });
    this.problem = problem;
  }
}

let opened: { readonly origin: Origin; readonly key: PrivateKey } | null = null;

globalThis.addEventListener('message', (event: MessageEvent<Question>) => {
  const { data } = event;
  void (data.kind === 'open' ? open(data) : save(data)).then(tell, (error: unknown) => tell(failureOf(error)));
});

function tell(answer: Answer): void {
  globalThis.postMessage(answer);
}

async function open({ origin, key: pem, passphrase }: Question & { kind: 'open' }): Promise<Answer> {
  const key = await readPrivateKey(pem, passphrase);
  const beginnings = new Map<string, Beginning>();
  const create = async (name: string): Promise<EntryOutput> => {
    if (!isShown(name)) return NOTHING;
    const beginning = new Beginning(name);
    beginnings.set(name, beginning);
    return { ...NOTHING, write: async (bytes) => beginning.add(bytes) };
  };
  const { entries, signedBy } = await readArchive({ file: bytesOf(origin), key, primitives: BROWSER_PRIMITIVES, openSink: async () => ({ create }) });
  opened = { origin, key };
  return { kind: 'opened', entries, signedBy, previews: new Map([...beginnings].map(([name, beginning]) => [name, beginning.preview()])) };
}

/** Decrypts the whole file once more and writes one entry; what is written is kept only if everything was right again. */
async function save({ name: wanted, to }: Question & { kind: 'save' }): Promise<Answer> {
  if (opened === null) throw new Error('nothing is open');
  const writable = to === null ? null : await writing(to.createWritable());
  const parts: Blob[] = [];
  const output: EntryOutput = {
    ...NOTHING,
    // A blob takes what it is made of out of the memory of this page.
    write: async (bytes) => (writable === null ? void parts.push(new Blob([Uint8Array.from(bytes)])) : writing(writable.write(Uint8Array.from(bytes)))),
  };
  const create = async (name: string) => (name === wanted ? output : NOTHING);
  try {
    await readArchive({ file: bytesOf(opened.origin), key: opened.key, primitives: BROWSER_PRIMITIVES, openSink: async () => ({ create }) });
  } catch (error) {
    await writable?.abort().catch(() => undefined);
    throw error;
  }
  if (writable !== null) await writing(writable.close());
  return { kind: 'saved', name: wanted, blob: writable === null ? new Blob(parts, { type: 'application/octet-stream' }) : null };
}

async function writing<T>(step: Promise<T>): Promise<T> {
  return await step.catch((cause: unknown) => {
    throw new Trouble('unwritable', cause);
  });
}

async function* bytesOf(origin: Origin): AsyncGenerator<Uint8Array> {
  const total = 'blob' in origin ? origin.blob.size : origin.bytes;
  let done = 0;
  let told = 0;
  for await (const piece of 'blob' in origin ? piecesOf(origin.blob) : fetched(origin.url)) {
    yield piece;
    done += piece.length;
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    tell({ kind: 'progress', done, total });
  }
}

async function* piecesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < blob.size; at += PIECE_BYTES) {
    const piece = await blob
      .slice(at, at + PIECE_BYTES)
      .arrayBuffer()
      .catch((cause: unknown) => {
        throw new Trouble('unreadable', cause);
      });
    yield new Uint8Array(piece);
  }
}

async function* fetched(url: string): AsyncGenerator<Uint8Array> {
  const failed = (cause: unknown) => {
    throw new Trouble('fetch', cause);
  };
  const response = await fetch(url).catch(failed);
  if (!response.ok || response.body === null) return failed(response.status);
  const reader = response.body.getReader();
  try {
    for (;;) {
      const step = await reader.read().catch(failed);
      if (step.done) return;
      yield step.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function failureOf(error: unknown): Answer {
  if (error instanceof Trouble) return { kind: 'failed', problem: error.problem, place: null };
  if (!(error instanceof CodedError) || !KNOWN.includes(error.code)) return { kind: 'failed', problem: 'other', place: null };
  const { value } = error.details;
  return { kind: 'failed', problem: error.code as ProblemName, place: error.code === 'file.damaged' && typeof value === 'string' ? value : null };
}
