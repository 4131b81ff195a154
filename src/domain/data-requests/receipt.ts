/** What is handed out when a data request has ended: what was done where, and what stayed and why. Pure; whoever makes it hands in the facts. */

import type { NormalIdentifier } from './identifiers.ts';
import { namesIn } from './names-in-text.ts';
import type { RequestKind } from './states.ts';

export const RECEIPT_FORMAT = 'udm-request-receipt/1';
/** Stands where a text would have named the person. */
export const LEFT_OUT = '[left out]';

/** Numbers of one table of a source. */
export interface ReceiptFinding {
  readonly source: string;
  readonly type: string;
  readonly found: number;
  readonly shared: number;
  readonly uncertain: number;
  readonly kept: number;
  readonly done: number;
  /** Of what is kept; null when nothing is. */
  readonly ground: string | null;
}

export interface ReceiptExport {
  readonly artifactId: string;
  readonly runId: string;
  readonly fileName: string;
  readonly source: string;
  readonly type: string;
  /** Null: it can still be downloaded. */
  readonly withdrawnAt: string | null;
  readonly downloads: readonly { readonly user: string; readonly at: string }[];
}

/** Instants as ISO 8601; null: it never came to that. */
export interface ReceiptTimes {
  readonly receivedOn: string;
  readonly submittedAt: string;
  readonly deadlineOn: string;
  readonly deadlineAt: string;
  readonly extendedAt: string | null;
  readonly discoveredAt: string | null;
  readonly approvedAt: string | null;
  readonly begunAt: string | null;
  readonly verifiedAt: string | null;
  readonly searchedAgainAt: string | null;
  readonly endedAt: string;
}

export interface ReceiptFacts {
  readonly signedBy: { readonly algorithm: string; readonly keyId: string; readonly publicKey: string };
  readonly udmVersion: string;
  readonly tenantId: string;
  readonly request: { readonly id: string; readonly caseId: string; readonly kind: RequestKind };
  readonly ended: 'done' | 'refused';
  readonly refusalGround: string | null;
  readonly identifierTypes: readonly string[];
  /** So many identifiers of the person were looked for. */
  readonly identifiers: number;
  readonly approvedBy: number;
  readonly times: ReceiptTimes;
  /** Sources that were looked through, also those in which nothing was. */
  readonly searched: readonly string[];
  /** Sources in which not all was done, as that could not be; the person may stand there. */
  readonly notReached: readonly string[];
  readonly findings: readonly ReceiptFinding[];
  readonly exports: readonly ReceiptExport[];
  readonly unknownExports: number;
  readonly ledgerLine: number | null;
  /** Everything that names the person; none of it comes into the receipt. Null: nobody can tell any more, and texts of the case are left out. */
  readonly aliases: readonly NormalIdentifier[] | null;
}

/** Its content; nothing in it names the person. */
export function makeReceipt(facts: ReceiptFacts) {
  const { request, aliases, exports } = facts;
  // Where an erasure did not come to, nothing stays without the person: they stay with it.
  const findings = request.kind === 'erasure' ? facts.findings.map((one) => ({ ...one, kept: Math.min(one.kept, one.done) })) : facts.findings;
  const clean = cleaner(aliases ?? []);
  const stayed = findings.flatMap(stays).map((one) => ({ ...one, source: clean(one.source) }));
  const isInPart = facts.ended === 'done' && (facts.notReached.length > 0 || stayed.some(({ why }) => why === 'legal_ground'));
  return {
    format: RECEIPT_FORMAT,
    signedBy: facts.signedBy,
    udmVersion: facts.udmVersion,
    tenant: facts.tenantId,
    request: {
      id: request.id,
      caseId: aliases === null ? LEFT_OUT : clean(request.caseId),
      kind: request.kind,
      outcome: isInPart ? ('done_in_part' as const) : facts.ended,
      refusalGround: facts.refusalGround,
    },
    person: { identifiers: facts.identifiers, types: [...facts.identifierTypes] },
    approvedBy: facts.approvedBy,
    times: facts.times,
    searched: facts.searched.map(clean),
    notReached: facts.notReached.map(clean),
    work: findings.map(({ source, type, found, shared, uncertain, kept, done }) => ({ source: clean(source), type, found, shared, uncertain, kept, done })),
    stayed,
    exports: {
      withdrawn: exports.flatMap(({ withdrawnAt, ...one }) => (withdrawnAt === null ? [] : [{ ...cleanExport(one, clean), withdrawnAt }])),
      ...(request.kind === 'rectification' && {
        outdated: exports.flatMap(({ withdrawnAt, ...one }) => (withdrawnAt === null ? [cleanExport(one, clean)] : [])),
      }),
      unknown: facts.unknownExports,
    },
    ledger: facts.ledgerLine === null ? null : { line: facts.ledgerLine },
  };
}

function cleanExport({ fileName, source, downloads, ...one }: Omit<ReceiptExport, 'withdrawnAt'>, clean: (text: string) => string) {
  return { ...one, fileName: clean(fileName), source: clean(source), downloads: downloads.map(({ user, at }) => ({ user: clean(user), at })) };
}

interface Stayed {
  readonly source: string;
  readonly type: string;
  readonly rows: number;
  /** `uncertain`: an identifier leads to them that others have as well, and nothing says whose they are. */
  readonly why: 'legal_ground' | 'uncertain';
  readonly ground: string | null;
}

function stays({ source, type, kept, uncertain, ground }: ReceiptFinding): Stayed[] {
  return [
    ...(kept > 0 ? [{ source, type, rows: kept, why: 'legal_ground' as const, ground }] : []),
    ...(uncertain > 0 ? [{ source, type, rows: uncertain, why: 'uncertain' as const, ground: null }] : []),
  ];
}

/** What officers and sources named freely may name the person: then it is left out as a whole. */
export function cleaner(aliases: readonly NormalIdentifier[]): (text: string) => string {
  const names = namesIn(aliases);
  return (text) => (names(text) ? LEFT_OUT : text);
}

/**
 * The bytes that are signed, however the document is written: properties sorted by name, nothing between them (RFC 8785, for values without fractions).
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const properties = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${properties.map(([name, one]) => `${JSON.stringify(name)}:${canonicalText(one)}`).join(',')}}`;
}
