import { createHmac } from 'node:crypto';
import path from 'node:path';
import { anchorLine, readAnchors } from '../domain/audit-anchor.ts';
import type { Anchor } from '../domain/audit-chain.ts';
import { CodedError } from '../errors.ts';
import { addText, textOfAdded } from '../lib/added-file.ts';
import type { Anchors } from './anchors.ts';

const FILE = 'audit-anchors.jsonl';

/** The anchors in `audit-anchors.jsonl` of the folder, keyed with a key of their own from the master key. Error: `audit.anchors_unreadable`. */
export async function openAnchorFile(folder: string, masterKey: Uint8Array): Promise<Anchors> {
  const file = path.join(folder, FILE);
  const key = createHmac('sha256', masterKey).update('udm audit anchors').digest();
  const read = async () => {
    const text = await textOf(file);
    return { ...readAnchors(key, text), endsWhole: text === '' || text.endsWith('\n') };
  };
  const begun = await read();
  let { mark, endsWhole } = begun;
  const last = new Map<string, Anchor>();
  const note = (one: Anchor) => {
    if (one.seq >= (last.get(one.tenantId)?.seq ?? 0)) last.set(one.tenantId, one);
  };
  for (const one of begun.anchors) note(one);
  return {
    last: (tenantId) => last.get(tenantId) ?? null,
    async append(anchors) {
      if (anchors.length === 0) return;
      let next = mark;
      const lines = anchors.map((one) => {
        const made = anchorLine(key, next, one);
        next = made.mark;
        return `${made.line}\n`;
      });
      await appendText(file, `${endsWhole ? '' : '\n'}${lines.join('')}`);
      mark = next;
      endsWhole = true;
      for (const one of anchors) note(one);
    },
    async read() {
      const { anchors, badLines } = await read();
      return { anchors, badLines };
    },
  };
}

async function textOf(file: string): Promise<string> {
  try {
    return await textOfAdded(file);
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
