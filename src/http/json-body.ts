import { type JSONPath, type JSONVisitor, visit } from 'jsonc-parser';
import { CodedError } from '../errors.ts';

const DEEPEST = 32;
/** Longest text that an error repeats, in UTF-16 units. */
const SHOWN_LENGTH = 100;
const BYTE_ORDER_MARK = '\ufeff';

/** The only way to write a whole number: no exponent, no decimal point (case 26). */
const PLAIN_WHOLE = /^-?\d+$/;

/**
 * Reads a JSON body strictly (reliability.md section 4, cases 26, 27, 29, 30). Objects come back without a prototype, so that
 * `__proto__` and `constructor` are ordinary properties for the checks that follow. Its size is limited by the caller.
 *
 * Errors: `json.invalid` (not UTF-8, byte order mark, empty, not JSON, deeper than 32 levels) with `value.offset` in bytes from 0;
 * `json.duplicate_key` with the path; `number.format` for whole numbers not in plain digits or beyond 2^53 - 1, and for 1e400.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const builder = new JsonBuilder(text);
  visit(text, builder.visitor(), { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  return builder.root;
}

function decode(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CodedError('json.invalid', { value: { offset: firstBadByte(bytes) }, range: 'UTF-8', cause });
  }
  if (text.startsWith(BYTE_ORDER_MARK)) throw new CodedError('json.invalid', { value: { offset: 0 }, range: 'UTF-8 without a byte order mark' });
  return text;
}

/** A streaming decoder takes a cut character at the end as unfinished, so "has failed" only ever turns from no to yes. */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

type JsonObject = Record<string, unknown>;

/** Puts the value together while jsonc-parser walks the text. Throwing from here ends the walk, so depth is bounded. */
class JsonBuilder {
  root: unknown;
  readonly #text: string;
  readonly #open: (unknown[] | JsonObject)[] = [];
  readonly #keys: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  visitor(): JSONVisitor {
    return {
      onObjectBegin: (offset) => this.#begin(Object.create(null) as JsonObject, offset),
      onArrayBegin: (offset) => this.#begin([], offset),
      onObjectEnd: () => void this.#open.pop(),
      onArrayEnd: () => void this.#open.pop(),
      onObjectProperty: (name, _offset, _length, _line, _character, path) => this.#property(name, path),
      onLiteralValue: (value, offset, length, _line, _character, path) => {
        if (typeof value === 'number') checkNumber(value, this.#text.slice(offset, offset + length), path());
        this.#add(value);
      },
      onError: (_error, offset) => this.#refuse(offset),
    };
  }

  #begin(container: unknown[] | JsonObject, offset: number): void {
    if (this.#open.length >= DEEPEST) this.#refuse(offset, { depth: DEEPEST });
    this.#add(container);
    this.#open.push(container);
  }

  #property(name: string, path: () => JSONPath): void {
    const object = this.#open.at(-1);
    if (object && Object.hasOwn(object, name)) {
      const where = pathText([...path(), name]);
      throw new CodedError('json.duplicate_key', { field: where, value: where });
    }
    this.#keys[this.#open.length] = name;
  }

  #add(value: unknown): void {
    const container = this.#open.at(-1);
    if (!container) this.root = value;
    else if (Array.isArray(container)) container.push(value);
    else container[this.#keys[this.#open.length] ?? ''] = value;
  }

  #refuse(offset: number, range?: unknown): never {
    const bytesBefore = Buffer.byteLength(this.#text.slice(0, offset));
    throw new CodedError('json.invalid', { value: { offset: bytesBefore }, ...(range !== undefined && { range }) });
  }
}

function checkNumber(value: number, literal: string, path: JSONPath): void {
  const isWhole = !Number.isFinite(value) || Number.isInteger(value);
  if (!isWhole || (PLAIN_WHOLE.test(literal) && Number.isSafeInteger(value))) return;
  throw new CodedError('number.format', { field: pathText(path), value: shortened(literal), range: { max: Number.MAX_SAFE_INTEGER } });
}

/** `a.b[1]`, shortened; the names in it were sent by the client. */
function pathText(path: JSONPath): string {
  const text = path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join('');
  return shortened(text);
}

function shortened(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH - 1)}…`;
}
