import pino from 'pino';

/** Fields that may stand in a log line. Anything else is dropped: personal data cannot slip in by a new field. */
const ALLOWED = [
  'event',
  'requestId',
  'method',
  'route',
  'status',
  'milliseconds',
  'code',
  'runId',
  'jobId',
  'tenantId',
  'taskId',
  'attempt',
  'phase',
  'rows',
  'bytes',
  'pid',
  'port',
  'folder',
  'version',
  'count',
  'queue',
  'reason',
] as const;

export type LogField = (typeof ALLOWED)[number];
export type LogFields = Partial<Record<LogField, string | number | boolean | null>> & { readonly event: string };

export interface Log {
  error(fields: LogFields): void;
  warn(fields: LogFields): void;
  info(fields: LogFields): void;
  debug(fields: LogFields): void;
}

/** Structured log on standard error, by allow-list: no message text, only known fields. */
export function createLog(level: string): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
  const only = (fields: LogFields) => Object.fromEntries(ALLOWED.filter((key) => key in fields).map((key) => [key, fields[key]]));
  return {
    error: (fields) => logger.error(only(fields)),
    warn: (fields) => logger.warn(only(fields)),
    info: (fields) => logger.info(only(fields)),
    debug: (fields) => logger.debug(only(fields)),
  };
}

/** What may be said of any error: its code, or the name of its class; never its message, which may quote data. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    return typeof code === 'string' ? code : error.name;
  }
  return typeof error;
}
