import { createPublicKey, verify } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { getReceipt } from '../../../src/operations/data-requests/read-receipt.ts';
import { listSigningKeysFor } from '../../../src/operations/signing-keys.ts';
import type { CentreRows, TextRow } from '../../support/erasure-oracle.ts';
import type { TextSearch } from '../../support/plain-text.ts';
import type { Installation } from './installation.ts';

/** What must hold at the end, told in plain sentences; an empty list when it does. */

/** Every row of every table to the byte. Gives how many there were. */
export function rowProblems(found: CentreRows, expected: CentreRows): { readonly rows: number; readonly problems: string[] } {
  const problems: string[] = [];
  let rows = 0;
  for (const table of Object.keys(expected) as (keyof CentreRows)[]) {
    const now = found[table].map(written);
    const then = new Set(expected[table].map(written));
    rows += then.size;
    const wrong = now.filter((row) => !then.has(row));
    const there = new Set(now);
    const missing = [...then].filter((row) => !there.has(row));
    if (now.length === then.size && wrong.length === 0) continue;
    problems.push(`${table} has ${now.length} rows, expected ${then.size}; ${wrong.length} wrong, ${missing.length} missing:\n+ ${wrong[0]}\n- ${missing[0]}`);
  }
  return { rows, problems };
}

function written(row: TextRow): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Rows of a source that hold any of the texts, whatever table and column. */
export function rowsHolding(rows: CentreRows, search: TextSearch): string[] {
  return Object.entries(rows).flatMap(([table, all]) => {
    const holding = (all as readonly TextRow[]).filter((row) => search.isIn(Buffer.from(Object.values(row).join('\n'))));
    return holding.length === 0 ? [] : [`${holding.length} rows of ${table} name somebody who was erased: ${JSON.stringify(holding[0])}`];
  });
}

interface RequestRow {
  readonly id: string;
  readonly state: string;
  readonly error: string | null;
  readonly people: number | null;
  /** Tables of which more rows are told than were found. */
  readonly wrong: number;
}

/** Discovery leaves so many rows as they are, by case. */
export async function discoveryProblems(installation: Installation, uncertain: ReadonlyMap<string, number>): Promise<string[]> {
  const rows = await installation.sql<{ caseId: string; uncertain: number }>(`
    SELECT r.case_id AS "caseId",
      coalesce((SELECT sum(uncertain)::int FROM data_request_finding f WHERE f.request_id = r.id AND f.type = 'interaction'), 0) AS uncertain FROM data_request r`);
  const problems = rows.flatMap(({ caseId, uncertain: found }) =>
    found === uncertain.get(caseId) ? [] : [`discovery of ${caseId} named ${found} rows with identifiers that others have, not ${uncertain.get(caseId)}`],
  );
  return rows.length === uncertain.size ? problems : [...problems, `there are ${rows.length} requests, not ${uncertain.size}`];
}

/** Each is done, with a receipt that verifies; nothing is sealed any more and no key is left. */
export async function requestProblems(installation: Installation): Promise<string[]> {
  const rows = await installation.sql<RequestRow & { caseId: string }>(`
    SELECT r.id, r.case_id AS "caseId", r.state, r.error_code AS error, r.people,
      (SELECT count(*)::int FROM data_request_finding f WHERE f.request_id = r.id AND (f.done + f.uncertain > f.found OR f.kept > f.done)) AS wrong FROM data_request r`);
  const problems = rows.flatMap(({ caseId, state, error, people, wrong }) => [
    ...(state === 'done' && error === null && people === 1 ? [] : [`request ${caseId} is ${state} ${error ?? ''}, of ${people} people`]),
    ...(wrong === 0 ? [] : [`request ${caseId} counts more rows than it found in ${wrong} tables`]),
  ]);
  const [left] = await installation.sql<{ n: number }>('SELECT count(*)::int AS n FROM data_request_snapshot');
  if (left?.n !== 0) problems.push(`${left?.n} sealed parts are left`);
  const keys = await readdir(path.join(installation.dataFolder, 'case-keys'));
  if (keys.length > 0) problems.push(`${keys.length} case keys are left`);
  return [...problems, ...(await receiptProblems(installation, rows))];
}

/** By node's own cryptography, with the key alone. */
async function receiptProblems(installation: Installation, requests: readonly { readonly id: string }[]): Promise<string[]> {
  const { services } = installation.app;
  const { officer, admin } = installation.people;
  const [key] = await listSigningKeysFor(services, admin);
  const publicKey = createPublicKey(key?.publicKey ?? '');
  const problems: string[] = [];
  for (const { id } of requests) {
    const made = await getReceipt(services, officer, id).catch(() => null);
    if (!made) {
      problems.push(`request ${id} has no receipt`);
      continue;
    }
    const isGood = verify('sha256', Buffer.from(canonical(made.receipt)), publicKey, Buffer.from(made.signature, 'base64'));
    if (!isGood || made.receipt.request.id !== id) problems.push(`the receipt of ${id} does not verify`);
  }
  return problems;
}

/** RFC 8785, as far as a receipt needs it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
}

/** What `udm doctor` and `udm check` say of the installation, the ledger included. */
export async function installationProblems(installation: Installation, keyFile: string): Promise<string[]> {
  const doctor = await installation.command<{ findings: { check: string; level: string; detail: string }[] }>('doctor');
  const check = await installation.command<{ findings: { code: string; about: string }[] }>('check', '--read-data', '--key', keyFile);
  return [
    ...doctor.findings.filter(({ level }) => level === 'fail').map(({ check: name, detail }) => `udm doctor says of ${name}: ${detail}`),
    ...(doctor.findings.some(({ check: name }) => name.includes('ledger')) ? [] : ['udm doctor does not look at the ledger']),
    ...check.findings.map(({ code, about }) => `udm check says ${code} of ${about}`),
  ];
}
