import type { Anchor } from './audit-chain.ts';
import { keyedLine, readKeyedLines } from './keyed-lines.ts';

/** Lines of the anchor file: each is keyed, and names the key mark of the line before it. Format: docs/formats/audit-log.md. */

const KIND = 'udm-audit-anchor/1';

export interface AnchorsRead {
  readonly anchors: readonly Anchor[];
  /** Numbers of the lines (from 1) that are not what was written there, or before which lines are missing. */
  readonly badLines: readonly number[];
  /** The mark of the last line, for the next to name; empty when there is none. */
  readonly mark: string;
}

/** The line, and its mark. */
export function anchorLine(key: Uint8Array, before: string, { tenantId, seq, hash, at }: Anchor): { line: string; mark: string } {
  return keyedLine(key, before, { kind: KIND, at, tenant: tenantId, seq, hash });
}

/** Reads the file as `readKeyedLines` does. */
export function readAnchors(key: Uint8Array, text: string): AnchorsRead {
  const { entries, ...rest } = readKeyedLines(key, text, ({ kind, at, tenant, seq, hash }) =>
    kind === KIND ? { tenantId: String(tenant), seq: Number(seq), hash: String(hash), at: String(at) } : null,
  );
  return { anchors: entries, ...rest };
}
