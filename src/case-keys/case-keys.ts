/** The keys of data requests, each in a file of its own outside the database: with its file everything sealed with it is gone for good. */
export interface CaseKeys {
  /** Makes keys, on the disk when this returns. Error: `gdpr.keys_unwritable`. */
  make(cases: readonly CaseName[]): Promise<void>;
  /** What was sealed with the key of the case. Error: `gdpr.key_lost`. */
  open(one: CaseName): Promise<CaseKey>;
  /** Overwrites and removes the keys; those that are gone already are. Error: `gdpr.keys_unwritable`. */
  destroy(cases: readonly CaseName[]): Promise<void>;
  /** Every key there is, with its age. */
  list(): Promise<(CaseName & { readonly ageMs: number })[]>;
}

export interface CaseName {
  readonly tenantId: string;
  readonly requestId: string;
}

/** Seals with the key of one case; `part` is bound to the sealed bytes, as are tenant and request. */
export interface CaseKey {
  seal(value: unknown, part: string): Buffer;
  open<T>(sealed: Uint8Array, part: string): T;
}
