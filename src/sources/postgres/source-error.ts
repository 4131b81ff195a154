/** Turns what the driver throws into `source.*` errors that carry no row data. */

import { CodedError, type CodedErrorDetails, type ErrorCode } from '../../errors.ts';

export type Stage = 'connect' | 'read';

/** Codes of PostgreSQL that mean one thing whatever UDM was doing. */
const BY_SQLSTATE: Readonly<Record<string, ErrorCode>> = {
  '28P01': 'source.authentication',
  '28000': 'source.not_admitted',
  '3D000': 'source.invalid',
  '42P01': 'source.missing_table',
  '3F000': 'source.missing_table',
  '42703': 'source.missing_column',
  '42501': 'source.permission',
  // Somebody in the source cancelled the statement, or it gave up for another transaction.
  '57014': 'source.interrupted',
  '40001': 'source.interrupted',
  // Of a replica, or of a server that was set so. Next: somebody holds a lock for too long, or each waits for the other.
  '25006': 'gdpr.read_only',
  '55P03': 'source.interrupted',
  '40P01': 'source.interrupted',
};

/** Classes of PostgreSQL codes about the connection or the server as such: connection, resources, operator, system. */
const TRANSPORT_CLASSES = new Set(['08', '53', '57', '58']);
/** Has a digit, which tells it from codes of the operating system such as EPIPE. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/**
 * The coded form of a driver error. `place` is the table (or column) that was being read.
 * The driver's message, detail and context may quote rows, so neither they nor the error itself are kept.
 */
export function sourceError(error: unknown, stage: Stage, place?: string): CodedError {
  if (error instanceof CodedError) return error;
  const driverCode = codeOf(error);
  const code = classify(error, driverCode, stage);
  const details: CodedErrorDetails = { cause: new Error(`driver code ${driverCode ?? 'none'}`) };
  if (code === 'source.invalid') return new CodedError(code, { ...details, problems: [{ code, field: 'database' }] });
  if (code === 'source.query') return new CodedError(code, { ...details, value: [place, driverCode].filter(Boolean).join(', SQLSTATE ') });
  const placed = ['source.missing_table', 'source.missing_column', 'source.permission'].includes(code) && place !== undefined;
  return new CodedError(code, placed ? { ...details, value: place } : details);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function classify(error: unknown, driverCode: string | undefined, stage: Stage): ErrorCode {
  const known = driverCode === undefined ? undefined : BY_SQLSTATE[driverCode];
  if (known) return known;
  // The driver itself refuses a missing or unusable password, without a code.
  if (stage === 'connect' && error instanceof Error && error.message.startsWith('SASL')) return 'source.authentication';
  const answered = driverCode !== undefined && SQLSTATE.test(driverCode) && !TRANSPORT_CLASSES.has(driverCode.slice(0, 2));
  if (answered) return 'source.query';
  return stage === 'connect' ? 'source.unreachable' : 'source.interrupted';
}
