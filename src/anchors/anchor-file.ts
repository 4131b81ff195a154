import { createHmac } from 'node:crypto';
import path from 'node:path';
import { anchorLine, anchorReader } from '../domain/audit-anchor.ts';
import type { Anchor } from '../domain/audit-chain.ts';
import { CodedError } from '../errors.ts';
import { addText, linesOfAdded, printOfAdded } from '../lib/added-file.ts';
import type { Anchors } from './anchors.ts';

const FILE = 'audit-anchors.jsonl';

/**
 * The anchors in `audit-anchors.jsonl` of the folder, keyed with a key of their own from the master key. What was read of it is kept until the file is another one, as
 * after it was moved away or put back. Error: `audit.anchors_unreadable`.
 */
export async function openAnchorFile(folder: string, masterKey: Uint8Array): Promise<Anchors> {
  const file = path.join(folder, FILE);
  const key = createHmac('sha256', masterKey).update('udm audit anchors').digest();
  let known = await readKnown(key, file);
  const current = async (): Promise<Known> => {
    if ((await printOf(file)) !== known.print) known = await readKnown(key, file);
    return known;
  };
  return {
    last: async (tenantId) => (await current()).last.get(tenantId) ?? null,
    async append(anchors) {
      if (anchors.length === 0) return;
      const { mark, endsWhole, last } = await current();
      let next = mark;
      const lines = anchors.map((one) => {
        const made = anchorLine(key, next, one);
        next = made.mark;
        return `${made.line}\n`;
      });
      await appendText(file, `${endsWhole ? '' : '\n'}${lines.join('')}`);
      for (const one of anchors) noteLast(last, one);
      known = { mark: next, endsWhole: true, last, print: await printOf(file) };
    },
    async read(tenantId) {
      const anchors: Anchor[] = [];
      const { badLines } = await readLines(key, file, (one) => {
        if (one.tenantId === tenantId) anchors.push(one);
      });
      return { anchors, badLines };
    },
  };
}

interface Known {
  readonly mark: string;
  readonly endsWhole: boolean;
  /** Of each tenant. */
  readonly last: Map<string, Anchor>;
  readonly print: string;
}

async function readKnown(key: Uint8Array, file: string): Promise<Known> {
  // Before the lines: what is added meanwhile is seen at the next look.
  const print = await printOf(file);
  const last = new Map<string, Anchor>();
  return { ...(await readLines(key, file, (one) => noteLast(last, one))), last, print };
}

function noteLast(last: Map<string, Anchor>, one: Anchor): void {
  if (one.seq >= (last.get(one.tenantId)?.seq ?? 0)) last.set(one.tenantId, one);
}

async function readLines(
  key: Uint8Array,
  file: string,
  note: (anchor: Anchor) => void,
): Promise<{ readonly badLines: readonly number[]; readonly mark: string; readonly endsWhole: boolean }> {
  const reader = anchorReader(key, note);
  let endsWhole = true;
  try {
    for await (const { line, isTorn } of linesOfAdded(file)) {
      reader.take(line, isTorn);
      endsWhole = !isTorn;
    }
  } catch (cause) {
    throw new CodedError('audit.anchors_unreadable', { value: file, cause });
  }
  return { ...reader.end(), endsWhole };
}

async function printOf(file: string): Promise<string> {
  try {
    return await printOfAdded(file);
  } catch (cause) {
    throw new CodedError('audit.anchors_unreadable', { value: file, cause });
  }
}

async function appendText(file: string, text: string): Promise<void> {
  try {
    await addText(file, text);
  } catch (cause) {
    throw new CodedError('audit.anchors_unwritable', { value: file, cause });
  }
}
