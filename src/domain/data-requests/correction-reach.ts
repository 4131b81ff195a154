/** What corrections reach of what stands in the sources: one that reaches nothing, or would make one value of several, is not what was asked for. */

import type { ErrorCode } from '../../errors.ts';
import { normalOf } from './identifiers.ts';
import type { PeopleTable, Row } from './people-rules.ts';
import { type Correction, type Knowledge, storedFields } from './row-verdict.ts';

/** One value in a field that some correction names, wherever it stands in rows that are the person's. */
export interface StoredValue {
  readonly field: string;
  readonly value: string | null;
  /** As it is compared with others. */
  readonly form: string | null;
  /** Index of the correction that is for it; null: none is. */
  readonly correction: number | null;
}

/** What stands in a row that is hers, in the fields that the corrections name. */
export function valuesInReach(table: PeopleTable, row: Row, corrections: readonly Correction[], knowledge: Knowledge): StoredValue[] {
  return storedFields(table, row, corrections, knowledge).flatMap(({ field: { name, type }, stored, correction }): StoredValue[] => {
    if (!corrections.some((one) => one.name === name)) return [];
    const form = stored === null || type === null ? stored : (normalOf(type, stored, knowledge.region) ?? stored);
    return [{ field: name, value: stored, form, correction: correction && corrections.indexOf(correction) }];
  });
}

/** Why corrections are not carried out as they were asked; `value` names each by its index, with its field. Null: nothing speaks against them. */
export function whyNotCarriedOut(
  corrections: readonly Correction[],
  stored: readonly StoredValue[],
): { readonly code: ErrorCode; readonly value: string } | null {
  const named = (wrong: (one: Correction, index: number) => boolean) =>
    corrections.flatMap((one, index) => (wrong(one, index) ? [`corrections[${index}]: ${one.name}`] : [])).join(', ');
  const nowhere = named((one, index) => !stored.some(({ correction }) => correction === index) && !isThere(one, corrections, stored));
  if (nowhere !== '') return { code: 'gdpr.correction_nowhere', value: nowhere };
  const several = named(({ name, from }) => from === null && formsIn(name, stored).size > 1);
  return several === '' ? null : { code: 'gdpr.correction_several', value: several };
}

/** An empty place loses nothing; the new value counts, too: with it and another one nobody can tell whether that one is wrong. */
function formsIn(name: string, stored: readonly StoredValue[]): Set<string> {
  return new Set(stored.flatMap(({ field, form }) => (field === name && form !== null ? [form] : [])));
}

/** It was carried out before: its new value stands, and none of which nobody can tell whether it is the old one, mistyped. */
function isThere({ name, to }: Correction, corrections: readonly Correction[], stored: readonly StoredValue[]): boolean {
  const wanted = new Set(corrections.filter((one) => one.name === name).map((one) => one.to));
  const values = stored.filter(({ field, value }) => field === name && value !== null);
  return values.some(({ value }) => value === to) && values.every(({ value, correction }) => correction !== null || wanted.has(value));
}
