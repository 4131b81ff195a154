import { basename } from 'node:path';
import { CodedError } from '../errors.ts';
import { damaged } from './damaged.ts';
import { intoFolder, type Opening, type Unpacking } from './decrypt-file.ts';
import { JoinedParts, type JoinedFile } from './joined-parts.ts';
import { MANIFEST_NAME } from './entry-name.ts';
import { NODE_PRIMITIVES, readPrivateKey } from './primitives-node.ts';
import type { PrivateKey } from './primitives.ts';
import { type DecryptReport, NOWHERE, readArchive } from './read-archive.ts';

export interface PartsRequest extends Opening {
  /** Paths of all files of one run, in any order. */
  readonly files: readonly string[];
}

/** One file. What its manifest tells stands in the folder: kept here, it would grow with the number of parts. */
export interface OpenedPart extends Pick<DecryptReport, 'signedBy' | 'isEncryptedAsMade'> {
  readonly file: string;
  readonly number: number;
}

export interface PartsReport {
  /** In their order. */
  readonly parts: readonly OpenedPart[];
  /** What was unpacked. */
  readonly files: readonly JoinedFile[];
}

/** Which part of which run a file says it is. */
interface Place {
  readonly run: string;
  readonly number: number;
  /** How many there are, where the file knows it. */
  readonly of: number | null;
}

/** Name of one part of several (src/domain/artifact.ts). */
const PART_NAME = /^(.+)-p(\d{4,})\.zip\.p7m$/;

/**
 * Decrypts and checks all files of a run, and joins them: the data entries of the same name one after the other, in the order of the
 * parts. Nothing appears in the folder before all of it proved right and whole. Throws `parts.*` when they are not all the parts of one
 * run, each once, and what `decryptFile` throws.
 */
export async function decryptParts(request: PartsRequest): Promise<PartsReport> {
  const named = orderByName(request.files);
  const toRead = named ?? [...request.files, ...request.files];
  return await intoFolder(request, toRead, async (unpacking) => {
    const key = readPrivateKey(request.key, request.passphrase);
    const files = named ?? (await orderByContent(request, key, unpacking));
    return await joinParts(files, key, request, unpacking);
  });
}

async function joinParts(files: readonly string[], key: PrivateKey, { trustedKeys }: Opening, { openFolder, bytesOf }: Unpacking): Promise<PartsReport> {
  const parts: OpenedPart[] = [];
  const places: Place[] = [];
  let joined: JoinedParts | undefined;
  try {
    for (const [index, file] of files.entries()) {
      const number = index + 1;
      const openSink = async () => {
        joined ??= new JoinedParts(await openFolder());
        return joined.sink(number);
      };
      const report = await inFile(file, readArchive({ file: bytesOf(file), key, primitives: NODE_PRIMITIVES, openSink, trustedKeys }));
      const place = placeOf(report, file);
      refuseOthers([...places, place], [...parts.map((part) => part.signedBy), report.signedBy], files);
      if (place.number !== number) throw new CodedError('parts.name', { value: file, range: `part ${place.number}` });
      joined?.take(number, report.entries);
      places.push(place);
      parts.push({ file, number, signedBy: report.signedBy, isEncryptedAsMade: report.isEncryptedAsMade });
    }
    refuseGaps(places);
    return { parts, files: (await joined?.end()) ?? [] };
  } catch (error) {
    await joined?.close().catch(() => undefined);
    throw error;
  }
}

/** The order that the names tell, when they are names of parts of one run; then what is missing is told before anything is read. */
function orderByName(files: readonly string[]): readonly string[] | null {
  const named = files.map((file) => ({ file, found: PART_NAME.exec(basename(file)) }));
  if (named.some(({ found }) => found === null) || new Set(named.map(({ found }) => found?.[1])).size !== 1) return null;
  const numbered = named.map(({ file, found }) => ({ file, number: Number(found?.[2]), run: '', of: null }));
  return inOrder(numbered);
}

/** Files that were renamed are read twice: first to learn which part each is. */
async function orderByContent({ files, trustedKeys }: PartsRequest, key: PrivateKey, { bytesOf }: Unpacking): Promise<readonly string[]> {
  const found: (Place & { readonly file: string })[] = [];
  for (const file of files) {
    const report = await inFile(file, readArchive({ file: bytesOf(file), key, primitives: NODE_PRIMITIVES, openSink: async () => NOWHERE, trustedKeys }));
    found.push({ ...placeOf(report, file), file });
    refuseOthers(found, [], files);
  }
  return inOrder(found);
}

/** Each part once, none left out. Throws `parts.double`, `parts.missing`. */
function inOrder(found: readonly (Place & { readonly file: string })[]): readonly string[] {
  const sorted = [...found].sort((one, other) => one.number - other.number);
  for (const [index, one] of sorted.entries()) {
    if (index > 0 && sorted[index - 1]?.number === one.number) throw new CodedError('parts.double', { value: [sorted[index - 1]?.file, one.file] });
  }
  refuseGaps(sorted, false);
  return sorted.map(({ file }) => file);
}

/** Throws `parts.missing`; with `toTheEnd` the last one must say that it is the last. */
function refuseGaps(sorted: readonly Place[], toTheEnd = true): void {
  const numbers = new Set(sorted.map(({ number }) => number));
  const last = sorted.at(-1)?.number ?? 0;
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter((number) => !numbers.has(number));
  if (missing.length > 0) throw new CodedError('parts.missing', { value: { missing } });
  if (toTheEnd && sorted.at(-1)?.of === null) throw new CodedError('parts.missing', { value: { missing: `after part ${last}` } });
  if (sorted.some(({ of }) => of !== null && of !== last && toTheEnd)) throw damaged(`${MANIFEST_NAME}: part`);
}

/** Throws `parts.other_run` unless all are of the same attempt of one run, signed by the same key. */
function refuseOthers(places: readonly Place[], signers: readonly (string | null)[], files: readonly string[]): void {
  const at = places.findIndex(({ run }, index) => run !== places[0]?.run || signers[index] !== signers[0]);
  if (at >= 0) throw new CodedError('parts.other_run', { value: files[at] });
}

function placeOf({ manifest }: DecryptReport, file: string): Place {
  const { run, part } = manifest as { readonly run?: Record<string, unknown>; readonly part?: Record<string, unknown> };
  const [number, of] = [part?.['number'], part?.['of'] ?? null];
  if (typeof run?.['id'] !== 'string' || !isCount(number) || !(of === null || isCount(of))) throw new CodedError('parts.unnumbered', { value: file });
  return { run: `${run['id']} ${String(run['attempt'])}`, number, of };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** Among several files the error says which one it is about. */
async function inFile<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CodedError) || error.details.field !== undefined) throw error;
    throw new CodedError(error.code, { ...error.details, field: basename(file), cause: error });
  }
}
