import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ApiProblem, callStream } from '../api/client.ts';

/** Where the bytes of a download go, in order. */
export interface Sink {
  write(chunk: Uint8Array, position: number): Promise<void>;
  /** Forgets everything written: the file begins anew. */
  restart(): Promise<void>;
  /** The file is whole: puts it where the person wanted it. */
  finish(): Promise<void>;
  /** Leaves nothing behind; safe at any time. */
  discard(): Promise<void>;
}

/** What is asked for. With `sha256` a cut goes on where it stopped; without, only the whole can be asked for. */
export interface Wanted {
  readonly path: string;
  readonly body?: unknown;
  /** Null until the server says so. */
  readonly bytes: number | null;
  readonly sha256?: string;
}

/** How far a download has come; lives on while it is paused. */
export interface Standing {
  /** Bytes that the sink has taken. */
  received: number;
  /** Length of the file. */
  total: number | null;
  hash: ReturnType<typeof sha256.create>;
  /** The hash was right. */
  checked: boolean;
}

export interface TransferParts {
  readonly wanted: Wanted;
  readonly standing: Standing;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  readonly onBytes: () => void;
  /** The connection broke; the next try follows after so many seconds. */
  readonly onCut: (seconds: number) => void;
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
  readonly open?: typeof callStream;
}

/** The bytes that arrived are not those of the file. */
export class DamagedDownload extends Error {}
/** The connection ended before the file did, and it cannot go on. */
export class CutDownload extends Error {}

const LONGEST_WAIT = 30;
/** Tries without a single new byte, about ten minutes. */
const MOST_CUTS = 24;

export function newStanding(bytes: number | null): Standing {
  return { received: 0, total: bytes, hash: sha256.create(), checked: false };
}

/**
 * Brings the file into the sink, going on after cuts, until it is whole and its hash is right. Rejects with an ApiProblem when the server
 * refuses, with DamagedDownload, CutDownload, or the reason of the signal; what arrived until then stays in the sink and the standing.
 */
export async function transfer(parts: TransferParts): Promise<void> {
  const { standing, wanted, signal, sink } = parts;
  for (let cuts = 0; standing.total === null || standing.received < standing.total; ) {
    const before = standing.received;
    try {
      await receive(parts);
      if (standing.received === standing.total) break;
    } catch (error) {
      signal.throwIfAborted();
      if (!isCut(error)) throw error;
    }
    signal.throwIfAborted();
    if (wanted.sha256 === undefined) throw new CutDownload();
    cuts = standing.received > before ? 1 : cuts + 1;
    if (cuts > MOST_CUTS) throw new CutDownload();
    const seconds = Math.min(LONGEST_WAIT, 2 ** (cuts - 1));
    parts.onCut(seconds);
    await parts.wait(seconds, signal);
  }
  // Once: the hash can be read only once, and finishing may have to be repeated.
  if (wanted.sha256 !== undefined && !standing.checked && bytesToHex(standing.hash.digest()) !== wanted.sha256) throw new DamagedDownload();
  standing.checked = true;
  await sink.finish();
}

/** One request: the rest of the file. */
async function receive({ wanted, standing, sink, signal, onBytes, open = callStream }: TransferParts): Promise<void> {
  const tag = `"${wanted.sha256 ?? ''}"`;
  const from = standing.received;
  const headers: Record<string, string> = from === 0 ? {} : { 'range': `bytes=${from}-`, 'if-range': tag };
  const response = await open(wanted.body === undefined ? 'GET' : 'POST', wanted.path, { headers, body: wanted.body, signal });
  if (response.status === 206) requireRest(response.headers.get('content-range'), standing);
  else await beginAnew(response, standing, sink);
  if (response.body === null) throw new TypeError('no body');
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (standing.total !== null && standing.received + value.length > standing.total) throw new DamagedDownload();
      await sink.write(value, standing.received);
      standing.hash.update(value);
      standing.received += value.length;
      onBytes();
      signal.throwIfAborted();
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Bytes are joined only when they are exactly those that follow. */
function requireRest(contentRange: string | null, { received, total }: Standing): void {
  const [, start, , length] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '') ?? [];
  if (Number(start) !== received || (total !== null && Number(length) !== total)) throw new DamagedDownload();
}

/** The whole file: the first request, or the server gave no range. */
async function beginAnew(response: Response, standing: Standing, sink: Sink): Promise<void> {
  const length = response.headers.get('content-length');
  if (standing.total === null && length !== null) standing.total = Number(length);
  if (standing.received === 0) return;
  await sink.restart();
  standing.received = 0;
  standing.hash = sha256.create();
}

/** What may be over in a moment: the network, or a server that is just starting. */
function isCut(error: unknown): boolean {
  if (error instanceof DamagedDownload) return false;
  if (error instanceof ApiProblem) return error.document.status === 0 || error.document.status === 429 || error.document.status >= 500;
  // What fetch says when the connection breaks; an error of the disk is a DOMException.
  return error instanceof TypeError;
}
