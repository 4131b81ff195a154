import { type KeyedLinesRead, keyedLine, readKeyedLines } from '../keyed-lines.ts';

/**
 * Lines of the erasure ledger: that a person was erased, without saying who. Each is keyed and names the mark of the line before it.
 * Format: docs/formats/erasure-ledger.md.
 */

const KIND = 'udm-erasure-ledger/1';
const EVENTS = ['begun', 'finished', 'ended_in_part'] as const;

/**
 * `begun`: from now on the person is to be erased, written before the first change. `finished`: searched for twice and nothing found. `ended_in_part`: a person ended it
 * although it was not brought to its end in every source.
 */
export type LedgerEvent = (typeof EVENTS)[number];

export interface LedgerEntry {
  /** From 1, without a gap. */
  readonly seq: number;
  /** The database's time, ISO 8601. */
  readonly at: string;
  readonly tenantId: string;
  readonly requestId: string;
  readonly event: LedgerEvent;
  /** Keyed hash of every identifier of the person; empty unless begun. */
  readonly hashes: readonly string[];
  /** Sources that were to be searched. */
  readonly sourceIds: readonly string[];
}

export type MarkedEntry = LedgerEntry & { readonly mark: string };

/** The line, without its end, and its mark. */
export function ledgerLine(
  key: Uint8Array,
  before: string,
  { seq, at, tenantId, requestId, event, hashes, sourceIds }: LedgerEntry,
): { line: string; mark: string } {
  return keyedLine(key, before, { kind: KIND, seq, at, tenant: tenantId, request: requestId, event, hashes, sources: sourceIds });
}

/** Reads the whole file; a line whose number does not follow on the one before it is a bad one. */
export function readLedgerLines(key: Uint8Array, text: string): KeyedLinesRead<MarkedEntry> {
  let last = 0;
  return readKeyedLines(key, text, ({ kind, seq, at, tenant, request, event, hashes, sources }, mark) => {
    const known = EVENTS.find((one) => one === event);
    if (kind !== KIND || !known || !Array.isArray(hashes) || !Array.isArray(sources) || seq !== last + 1) return null;
    last = seq;
    const whose = { tenantId: String(tenant), requestId: String(request) };
    return { seq, at: String(at), ...whose, event: known, hashes: hashes.map(String), sourceIds: sources.map(String), mark };
  });
}
