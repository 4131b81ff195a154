import pg from 'pg';

/** A mutation of all lookups at once: from every statement of this process the comparison with the tenant is taken out. */
export interface Mutation {
  /** Statements that lost one, as they were. */
  readonly statements: ReadonlySet<string>;
  undo(): void;
}

/** `run.tenant_id = $3`, quoted or not. The number stays where it is, so that the values still fit. */
const COMPARISON = /(?:"?\w+"?\.)?"?tenant_id"? = (\$\d+)(?:::uuid)?/g;

export function takeTenantOut(): Mutation {
  const { query } = pg.Client.prototype;
  const statements = new Set<string>();
  pg.Client.prototype.query = function mutated(this: pg.Client, ...given: unknown[]): unknown {
    const [statement] = given;
    const text = typeof statement === 'string' ? statement : (statement as { text?: unknown })?.text;
    if (typeof text === 'string' && COMPARISON.test(text)) {
      statements.add(text);
      const open = text.replace(COMPARISON, '($1)::uuid IS NOT NULL');
      given[0] = typeof statement === 'string' ? open : { ...(statement as object), text: open };
    }
    COMPARISON.lastIndex = 0;
    return Reflect.apply(query, this, given);
  } as typeof query;
  return {
    statements,
    undo() {
      pg.Client.prototype.query = query;
    },
  };
}
