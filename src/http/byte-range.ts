import { CodedError } from '../errors.ts';

/** What a download is known by (RFC 9110 section 8.8); neither ever changes for one artifact. */
export interface Representation {
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Whole seconds count. */
  readonly lastModified: Date;
  readonly bytes: number;
}

export interface DownloadHeaders {
  readonly 'range'?: string | undefined;
  readonly 'if-range'?: string | undefined;
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
  readonly 'if-modified-since'?: string | undefined;
  readonly 'if-unmodified-since'?: string | undefined;
}

/** Which bytes to send; `start` and `end` are both inclusive. 304: none, the client has them. */
export interface DownloadAnswer {
  readonly status: 200 | 206 | 304;
  readonly range: { readonly start: number; readonly end: number } | null;
}

/**
 * Answers the conditions and the range of a request in the order of RFC 9110 section 13.2.2. Several ranges, another unit and what
 * cannot be read as a range are ignored, as the RFC allows: the whole file answers them.
 * Errors: `download.changed` (412), `download.range` (416) for a range that holds no byte of the file.
 */
export function downloadAnswer(headers: DownloadHeaders, file: Representation): DownloadAnswer {
  requireMatch(headers, file);
  if (isKnown(headers, file)) return { status: 304, range: null };
  const whole = { status: 200, range: { start: 0, end: file.bytes - 1 } } as const;
  if (headers.range === undefined || !isSame(headers['if-range'], file)) return whole;
  const range = readRange(headers.range, file.bytes);
  return range === null ? whole : { status: 206, range };
}

function requireMatch(headers: DownloadHeaders, file: Representation): void {
  const match = headers['if-match'];
  const unmodified = headers['if-unmodified-since'];
  if (match !== undefined) {
    // Weak tags never match here, for bytes that are joined must be the same ones.
    if (match.trim() !== '*' && !tagsOf(match).includes(file.etag)) throw new CodedError('download.changed', { field: 'if-match' });
  } else if (unmodified !== undefined && secondsOf(unmodified) < seconds(file.lastModified)) {
    throw new CodedError('download.changed', { field: 'if-unmodified-since' });
  }
}

function isKnown(headers: DownloadHeaders, file: Representation): boolean {
  const none = headers['if-none-match'];
  if (none !== undefined) return none.trim() === '*' || tagsOf(none).some((tag) => tag.replace(/^W\//, '') === file.etag);
  return headers['if-modified-since'] !== undefined && secondsOf(headers['if-modified-since']) >= seconds(file.lastModified);
}

/** Whether If-Range names this very file: by its tag, or by exactly its date. */
function isSame(ifRange: string | undefined, file: Representation): boolean {
  if (ifRange === undefined) return true;
  const text = ifRange.trim();
  return text === file.etag || secondsOf(text) === seconds(file.lastModified);
}

/** Null when it is not one range of bytes. Digits of any length are read: what lies behind the end is behind the end. */
function readRange(text: string, bytes: number): { start: number; end: number } | null {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(text.trim()) ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (start >= bytes || end < start) throw new CodedError('download.range', { field: 'range', range: `bytes 0 to ${bytes - 1}` });
  return { start, end };
}

function tagsOf(list: string): string[] {
  return list.match(/(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g) ?? [];
}

function seconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000);
}

/** NaN, which compares with nothing, when it is no HTTP date. */
function secondsOf(date: string): number {
  return /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(date.trim()) ? Date.parse(date) / 1_000 : Number.NaN;
}
