/** Gives the bodies of the sample as cells, with the nasty texts mixed in. */

import { cellOf, jsonCellOf } from './copy-value.ts';
import { NASTY_TEXTS } from './nasty.ts';
import type { Random } from './random.ts';
import { makeSentences } from './words.ts';

const NASTY_RATE = 0.02;
const HUGE_BODY_CHARACTERS = 1_050_000;
/** Escaped once here instead of once per row. */
const NASTY_CELLS = NASTY_TEXTS.map(cellOf);
const NASTY_JSON_CELLS = NASTY_TEXTS.map(jsonCellOf);

/** The sentences need no escaping, so joined they are cells and, in quotes, JSON. */
export class SampleText {
  readonly #random: Random;
  readonly #sentences: readonly string[];

  constructor(random: Random) {
    this.#random = random;
    this.#sentences = makeSentences(random);
  }

  /** One sentence without its stop, rarely a nasty text. */
  subject(): string {
    if (this.#random.chance(NASTY_RATE / 2)) return this.#random.pick(NASTY_CELLS);
    return this.#random.pick(this.#sentences).slice(0, -1);
  }

  /** `count` sentences, rarely with a nasty text among them. */
  body(count: number, separator = ' '): string {
    let text = this.#random.pick(this.#sentences);
    for (let index = 1; index < count; index += 1) text += separator + this.#random.pick(this.#sentences);
    return this.#random.chance(NASTY_RATE) ? `${text}${separator}${this.#random.pick(NASTY_CELLS)}` : text;
  }

  /** A JSON string in quotes, rarely a nasty one. */
  jsonString(): string {
    return this.#random.chance(NASTY_RATE) ? this.#random.pick(NASTY_JSON_CELLS) : `"${this.#random.pick(this.#sentences)}"`;
  }

  /** About 1 MB. */
  hugeBody(): string {
    const parts: string[] = [];
    for (let size = 0; size < HUGE_BODY_CHARACTERS; ) {
      const part = this.body(8, '\\n');
      parts.push(part);
      size += part.length;
    }
    return parts.join('\\n\\n');
  }
}
