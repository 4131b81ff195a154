import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Anchor } from './audit-chain.ts';

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
export function anchorLine(key: Uint8Array, before: string, anchor: Anchor): { line: string; mark: string } {
  const body = bodyOf(before, anchor);
  const mark = markOf(key, body);
  return { line: JSON.stringify({ ...body, mark }), mark };
}

/**
 * Reads the file. The last line may be half when a machine stopped while it was written, and whoever went on began a new one: a line that cannot be
 * read counts only if the next does not go on where the line before it ended.
 */
export function readAnchors(key: Uint8Array, text: string): AnchorsRead {
  const lines = text.split('\n');
  const isTorn = lines.at(-1) !== '';
  const anchors: Anchor[] = [];
  const badLines: number[] = [];
  let mark = '';
  let unread: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || (isTorn && index === lines.length - 1 && !parse(key, line))) continue;
    const found = parse(key, line);
    if (!found) {
      unread.push(index + 1);
      continue;
    }
    if (found.before !== mark) badLines.push(...unread, index + 1);
    unread = [];
    anchors.push(found.anchor);
    mark = found.mark;
  }
  return { anchors, badLines: [...badLines, ...unread], mark };
}

function bodyOf(before: string, { tenantId, seq, hash, at }: Anchor) {
  return { kind: KIND, at, tenant: tenantId, seq, hash, before };
}

function markOf(key: Uint8Array, body: object): string {
  return createHmac('sha256', key).update(JSON.stringify(body)).digest('hex');
}

function parse(key: Uint8Array, line: string): { anchor: Anchor; before: string; mark: string } | null {
  try {
    const { at, tenant, seq, hash, before, mark } = JSON.parse(line) as Record<string, unknown>;
    const anchor = { tenantId: String(tenant), seq: Number(seq), hash: String(hash), at: String(at) };
    const wanted = Buffer.from(markOf(key, bodyOf(String(before), anchor)));
    const given = Buffer.from(String(mark));
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return null;
    // To the letter: nothing can stand beside what the mark covers.
    const isWritten = line === JSON.stringify({ ...bodyOf(String(before), anchor), mark });
    return isWritten ? { anchor, before: String(before), mark: String(mark) } : null;
  } catch {
    return null;
  }
}
