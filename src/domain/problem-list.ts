import { type ErrorCode, type Problem, refuseProblems } from '../errors.ts';
import { shown, shownText } from './text-checks.ts';

/** More problems than anybody mends at once; keeps the answer to a hostile body small. */
const MOST_PROBLEMS = 100;

/** Own properties of a value that came from outside; a Map, so that `__proto__` is a name like any other. */
export type Properties = ReadonlyMap<string, unknown>;

/** Collects what is wrong with an input, so that all of it is said at once (at most 100 problems). */
export class ProblemList {
  readonly items: Problem[] = [];

  /** `value` is what was sent; it is shortened here. `undefined` stands for "nothing was sent". */
  add(code: ErrorCode, field: string, value?: unknown, range?: unknown): void {
    if (this.items.length >= MOST_PROBLEMS) return;
    this.items.push({ code, field, ...(value !== undefined && { value: shown(value) }), ...(range !== undefined && { range }) });
  }

  /** As `add`, for a value that UDM itself put together and that is not to be shortened. */
  addAsIs(code: ErrorCode, field: string, value: unknown, range?: unknown): void {
    if (this.items.length < MOST_PROBLEMS) this.items.push({ code, field, value, ...(range !== undefined && { range }) });
  }

  /** Error: `request.invalid` with all problems, if there are any. */
  refuse(): void {
    refuseProblems('request.invalid', this.items);
  }
}

/** The properties of a JSON object, or null if the value is something else. */
export function propertiesOf(value: unknown): Properties | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

/**
 * Reports each property that is not in `known`: `property.read_only` for those that UDM sets, else `property.unknown`
 * (cases 27 and 28). The values are not repeated: what was sent under a wrong name may be a secret.
 */
export function refuseOtherProperties(
  properties: Properties,
  prefix: string,
  known: readonly string[],
  readOnly: readonly string[],
  problems: ProblemList,
): void {
  for (const name of properties.keys()) {
    if (known.includes(name)) continue;
    const isReadOnly = readOnly.includes(name);
    problems.add(isReadOnly ? 'property.read_only' : 'property.unknown', prefix + shownText(name), undefined, isReadOnly ? undefined : known);
  }
}
