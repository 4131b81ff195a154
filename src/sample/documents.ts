import { cellOf } from './copy-value.ts';
import type { InteractionKey } from './interactions.ts';
import { NASTY_TEXTS } from './nasty.ts';
import { idOf } from './people.ts';
import { Random } from './random.ts';
import type { SamplePlan } from './sample-plan.ts';

const CHOICE_STREAM = 4;
const CONTENT_STREAM = 5;
const EMAIL_RATE = 0.04;
const POOL_BYTES = 1 << 20;
const KINDS = [
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['docx', 'application/octet-stream'],
  ['txt', 'text/plain'],
] as const;

/** Chooses which interactions carry attachments while these are made, so that their ids alone are kept. */
export class AttachmentChoice {
  readonly ids: string[] = [];
  readonly #random: Random;

  constructor(plan: SamplePlan) {
    this.#random = new Random(plan.seed, CHOICE_STREAM);
  }

  consider({ id, isEmail }: InteractionKey): void {
    if (!isEmail || !this.#random.chance(EMAIL_RATE)) return;
    for (let count = 1 + this.#random.below(3); count > 0; count -= 1) this.ids.push(id);
  }
}

/** Rows of ucsx.document: slices of one random pool, some of them empty. */
export function* documentRows(plan: SamplePlan, entityIds: readonly string[]): Generator<string> {
  const random = new Random(plan.seed, CONTENT_STREAM);
  const pool = Buffer.alloc(POOL_BYTES);
  for (let at = 0; at < POOL_BYTES; at += 4) pool.writeUInt32LE(random.below(2 ** 32), at);
  const hex = pool.toString('hex');
  for (const [index, entityId] of entityIds.entries()) {
    const size = random.chance(0.02) ? 0 : random.chance(0.02) ? random.below(POOL_BYTES / 4) : random.below(12_000);
    const at = random.below(POOL_BYTES - size);
    const [extension, mimeType] = random.pick(KINDS);
    const name = random.chance(0.05) ? cellOf(random.pick(NASTY_TEXTS)) : `document-${index}.${extension}`;
    yield [idOf('0000Da', index), entityId, name, mimeType, String(size), `\\\\x${hex.slice(at * 2, (at + size) * 2)}`].join('\t');
  }
}
