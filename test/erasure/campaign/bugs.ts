import type { Source } from '../../../src/sources/source.ts';
import { CATALOGS } from '../../../src/sources/catalogs/all-catalogs.ts';

/** What is left out on purpose, to see that the campaign finds it. */
export interface Bugs {
  /** The second search, a day later, and the first find nothing. */
  readonly noResearch?: boolean;
  /** Discovery knows nothing of the further e-mail addresses of a contact. */
  readonly noAlias?: boolean;
  /** After a restore nothing is erased again. */
  readonly noReplay?: boolean;
}

/** A source whose searches find nobody. */
export function blind(source: Source): Source {
  const { people } = source;
  if (!people) return source;
  return { ...source, people: { ...people, find: () => nothing() } };
}

async function* nothing(): AsyncGenerator<never> {}

/** As if one line of the catalog were missing. */
export function forgetAlias(): void {
  const tables = CATALOGS.get('ucsx')?.people?.tables ?? [];
  const rules = tables.find((one) => one.rules.name === 'contact.attributes')?.rules;
  if (!rules) throw new Error('The catalog names no attributes of contacts.');
  const left = rules.identifiers.filter(({ when }) => when?.equals !== 'EmailAddress');
  Object.assign(rules, { identifiers: left });
}
