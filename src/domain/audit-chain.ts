import { createHash } from 'node:crypto';

/** The chain of the audit log of one tenant, and how tampering shows. Format: docs/formats/audit-log.md. */

/** A record as the hash covers it: every value as the database writes it. */
export interface ChainRecord {
  readonly tenantId: string;
  /** Its number in the chain of the tenant, from 1. */
  readonly seq: number;
  readonly id: number;
  /** Microseconds since 1970. */
  readonly at: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorToken: string | null;
  readonly origin: string | null;
  readonly action: string;
  readonly objectKind: string;
  readonly objectId: string | null;
  readonly detail: string;
  /** Lower-case hex. */
  readonly hash: string;
}

/** Where the chain of a tenant ended at some time, kept outside the database. */
export interface Anchor {
  readonly tenantId: string;
  readonly seq: number;
  /** Hash of that record. */
  readonly hash: string;
  /** When it was written down, ISO 8601. */
  readonly at: string;
}

/**
 * `changed`: a record is not what its hash says. `missing`: records between two others are gone. `inserted`: two records have one number.
 * `reordered`: a record stands after one that was written later. `cut`: the log ends before an anchor. `replaced`: the record is whole in itself,
 * yet it is not the one that was anchored.
 */
export type FindingKind = 'changed' | 'missing' | 'inserted' | 'reordered' | 'cut' | 'replaced';

export interface Finding {
  readonly kind: FindingKind;
  /** The record, or the first of those that are missing. */
  readonly seq: number;
  /** The last of those that are missing. */
  readonly upTo?: number;
  readonly id?: number;
  /** When it says that it was written, ISO 8601. */
  readonly recordedAt?: string;
}

export interface Verification {
  readonly records: number;
  /** The last record. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** The first of them; at most `MOST_FINDINGS`. */
  readonly findings: readonly Finding[];
  /** How many there are. */
  readonly found: number;
  readonly anchors: number;
  /** Up to the last anchor before the first finding the log is what it was then. Null: up to none. */
  readonly verifiedUpTo: { readonly seq: number; readonly at: string } | null;
  /** Records after the last anchor: whole in themselves, but nothing outside the database speaks for them. */
  readonly notAnchored: number;
}

export const MOST_FINDINGS = 100;

/** The hash of a record: over the hash before it (hex; empty for the first) and every value of its own. */
export function hashOfRecord(before: string, record: ChainRecord): string {
  const values = [
    record.tenantId,
    String(record.seq),
    String(record.id),
    record.at,
    record.actorKind,
    record.actorId,
    record.actorToken,
    record.origin,
    record.action,
    record.objectKind,
    record.objectId,
    record.detail,
  ];
  return createHash('sha256').update(Buffer.from(before, 'hex')).update(jsonArray(values)).digest('hex');
}

/** As json_build_array of PostgreSQL writes it. */
function jsonArray(values: readonly (string | null)[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}

/** Where a verification begins that does not begin at the first record: after a record whose hash is known. */
export interface ChainStart {
  readonly seq: number;
  readonly hash: string;
}

/** Looks at the records of one tenant in the order of (seq, id), in pieces of any size. */
export class ChainVerifier {
  readonly #anchors: readonly Anchor[];
  readonly #anchored = new Map<number, Anchor[]>();
  readonly #findings: Finding[] = [];
  #found = 0;
  #lastAnchored = 0;
  #firstBad = Number.POSITIVE_INFINITY;
  #records = 0;
  #seq: number;
  #id = 0;
  /** Null: unknown, for the record before is missing. */
  #hash: string | null;

  /** `anchors`: those of this tenant. */
  constructor(anchors: readonly Anchor[], start: ChainStart = { seq: 0, hash: '' }) {
    this.#anchors = anchors.filter((one) => one.seq > start.seq);
    for (const one of this.#anchors) {
      this.#anchored.set(one.seq, [...(this.#anchored.get(one.seq) ?? []), one]);
      this.#lastAnchored = Math.max(this.#lastAnchored, one.seq);
    }
    this.#seq = start.seq;
    this.#hash = start.hash;
  }

  take(records: Iterable<ChainRecord>): void {
    for (const record of records) this.#takeOne(record);
  }

  #takeOne(record: ChainRecord): void {
    this.#records += 1;
    if (record.seq <= this.#seq) {
      this.#note({ kind: 'inserted', ...placeOf(record) });
      return;
    }
    if (record.seq > this.#seq + 1) {
      this.#note({ kind: 'missing', seq: this.#seq + 1, upTo: record.seq - 1 });
      this.#hash = null;
    }
    if (record.id <= this.#id) this.#note({ kind: 'reordered', ...placeOf(record) });
    else if (this.#hash !== null && hashOfRecord(this.#hash, record) !== record.hash) this.#note({ kind: 'changed', ...placeOf(record) });
    else if (this.#anchored.get(record.seq)?.some((anchor) => anchor.hash !== record.hash)) this.#note({ kind: 'replaced', ...placeOf(record) });
    this.#seq = record.seq;
    this.#id = record.id;
    this.#hash = record.hash;
  }

  end(): Verification {
    const last = this.#lastAnchored;
    if (last > this.#seq) this.#note({ kind: 'cut', seq: this.#seq + 1, upTo: last });
    const agreed = this.#anchors.filter((one) => one.seq < this.#firstBad).reduce<Anchor | null>(later, null);
    return {
      records: this.#records,
      head: this.#hash === null || this.#seq === 0 ? null : { seq: this.#seq, hash: this.#hash },
      findings: this.#findings,
      found: this.#found,
      anchors: this.#anchors.length,
      verifiedUpTo: agreed && { seq: agreed.seq, at: agreed.at },
      notAnchored: Math.max(0, this.#seq - last),
    };
  }

  #note(finding: Finding): void {
    this.#found += 1;
    this.#firstBad = Math.min(this.#firstBad, finding.seq);
    if (this.#findings.length < MOST_FINDINGS) this.#findings.push(finding);
  }
}

function placeOf({ seq, id, at }: ChainRecord): Pick<Finding, 'seq' | 'id' | 'recordedAt'> {
  const time = new Date(Math.floor(Number(at) / 1000));
  return { seq, id, ...(!Number.isNaN(time.getTime()) && { recordedAt: time.toISOString() }) };
}

/** The one of the higher number; of one number, the one that was written first. */
function later(best: Anchor | null, one: Anchor): Anchor {
  return best === null || one.seq > best.seq || (one.seq === best.seq && one.at < best.at) ? one : best;
}
