import type { Anchor } from './audit-chain.ts';
import { KeyedLineReader, keyedLine } from './keyed-lines.ts';

/** Lines of the anchor file: each is keyed, and names the key mark of the line before it. Format: docs/formats/audit-log.md. */

const KIND = 'udm-audit-anchor/1';

/** The line, and its mark. */
export function anchorLine(key: Uint8Array, before: string, { tenantId, seq, hash, at }: Anchor): { line: string; mark: string } {
  return keyedLine(key, before, { kind: KIND, at, tenant: tenantId, seq, hash });
}

/** Reads the file line by line; `note` is given every anchor that is what was written, in the order of the file. */
export function anchorReader(key: Uint8Array, note: (anchor: Anchor) => void): KeyedLineReader<Anchor> {
  const anchorOf = ({ kind, at, tenant, seq, hash }: Readonly<Record<string, unknown>>) =>
    kind === KIND ? { tenantId: String(tenant), seq: Number(seq), hash: String(hash), at: String(at) } : null;
  return new KeyedLineReader(key, anchorOf, note);
}
