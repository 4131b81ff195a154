import { damaged } from './damaged.ts';
import type { SignedBy } from './primitives.ts';

/** The manifest beside the files of a run (docs/formats/artifact.md, "The run manifest"). */
export const RUN_MANIFEST_FORMAT = 'udm-run-manifest/1';
export const RUN_MANIFEST_ENDING = '.manifest.json';
export const RUN_SIGNATURE_ENDING = '.manifest.json.sig';

/** One file of a run. */
export interface RunPart {
  /** From 1. */
  readonly number: number;
  /** File name. */
  readonly name: string;
  readonly rows: number;
  /** Length and SHA-256 of the encrypted file. */
  readonly bytes: number;
  readonly sha256: string;
}

/** What a check needs of a run manifest. */
export interface RunManifest {
  readonly signedBy: SignedBy;
  readonly run: { readonly id: string };
  readonly job: { readonly id: string | null };
  readonly source: string;
  readonly type: string;
  readonly window: { readonly from: string | null; readonly to: string | null };
  readonly parts: readonly RunPart[];
  readonly totals: { readonly rows: number };
  readonly chain: { readonly sequence: number; readonly previous: { readonly run: string; readonly sha256: string } | null };
}

type Json = Readonly<Record<string, unknown>>;

/** Parses the text of a run manifest. Throws `file.damaged` unless it is one. */
export function parseRunManifest(text: string): RunManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged('run manifest', cause);
  }
  if (!isRunManifest(value)) throw damaged('run manifest');
  return value;
}

function isRunManifest(value: unknown): value is RunManifest {
  if (!isRecord(value) || value['format'] !== RUN_MANIFEST_FORMAT) return false;
  const { signedBy, run, job, window, parts, totals, chain } = value;
  return (
    isRecord(signedBy) &&
    ['algorithm', 'keyId', 'publicKey'].every((name) => typeof signedBy[name] === 'string') &&
    isRecord(run) &&
    typeof run['id'] === 'string' &&
    isRecord(job) &&
    isTextOrNull(job['id']) &&
    typeof value['source'] === 'string' &&
    typeof value['type'] === 'string' &&
    isRecord(window) &&
    isTextOrNull(window['from']) &&
    isTextOrNull(window['to']) &&
    Array.isArray(parts) &&
    parts.every((part, index) => isPart(part, index + 1)) &&
    isRecord(totals) &&
    isCount(totals['rows']) &&
    isRecord(chain) &&
    isCount(chain['sequence']) &&
    isPrevious(chain['previous'])
  );
}

function isPart(value: unknown, number: number): value is RunPart {
  return (
    isRecord(value) &&
    value['number'] === number &&
    typeof value['name'] === 'string' &&
    typeof value['sha256'] === 'string' &&
    isCount(value['rows']) &&
    isCount(value['bytes'])
  );
}

function isPrevious(value: unknown): boolean {
  return value === null || (isRecord(value) && typeof value['run'] === 'string' && typeof value['sha256'] === 'string');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
