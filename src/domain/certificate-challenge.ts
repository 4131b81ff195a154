/** A challenge is good for a day, of its certificate, and proves once. */
export interface Challenge {
  readonly word: string;
  readonly certificateId: string;
  /** ISO 8601. */
  readonly madeAt: string;
}

const LIFETIME_MS = 24 * 3_600_000;

/** Why an answer to a challenge does not count, whatever the word; null: it does. `provenAt`: when the certificate was last proven. */
export function challengeProblem(
  { certificateId, madeAt }: Challenge,
  { id, provenAt, now }: { readonly id: string; readonly provenAt: Date | null; readonly now: Date },
): 'certificate.challenge_expired' | 'certificate.challenge_spent' | null {
  const made = Date.parse(madeAt);
  if (certificateId !== id || !(now.getTime() - made <= LIFETIME_MS)) return 'certificate.challenge_expired';
  return provenAt !== null && made <= provenAt.getTime() ? 'certificate.challenge_spent' : null;
}
