import { describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { type DownloadHeaders, downloadAnswer } from './byte-range.ts';

const FILE = { etag: '"abc"', lastModified: new Date('2026-03-01T10:00:00.750Z'), bytes: 1_000 };
const DATE = 'Sun, 01 Mar 2026 10:00:00 GMT';
const EARLIER = 'Sun, 01 Mar 2026 09:59:59 GMT';
const LATER = 'Sun, 01 Mar 2026 10:00:01 GMT';

/** "200", "206 5-9", "304", "412", "416". */
function answered(headers: DownloadHeaders): string {
  try {
    const { status, range } = downloadAnswer(headers, FILE);
    return status === 206 ? `206 ${range?.start}-${range?.end}` : String(status);
  } catch (error) {
    if (error instanceof CodedError) return String(error.definition.status);
    throw error;
  }
}

describe('one range', () => {
  it.each([
    ['bytes=0-0', '206 0-0'],
    ['bytes=0-999', '206 0-999'],
    ['bytes=5-9', '206 5-9'],
    ['bytes=999-', '206 999-999'],
    ['bytes=5-', '206 5-999'],
    ['bytes=-1', '206 999-999'],
    ['bytes=-1000', '206 0-999'],
    ['bytes=-5000', '206 0-999'],
    ['bytes=990-5000', '206 990-999'],
    [`bytes=0-${'9'.repeat(400)}`, '206 0-999'],
    ['BYTES=5-9', '206 5-9'],
    [' bytes= 5-9 ', '206 5-9'],
    ['bytes=007-009', '206 7-9'],
  ])('%s answers %s', (range, wanted) => {
    expect(answered({ range })).toBe(wanted);
  });

  it.each(['bytes=1000-', 'bytes=1000-1001', 'bytes=5-2', 'bytes=-0', `bytes=${'9'.repeat(400)}-`, 'bytes=9007199254740993-9007199254740994'])(
    '%s holds no byte of the file: 416',
    (range) => {
      expect(answered({ range })).toBe('416');
    },
  );

  it.each([
    'bytes=',
    'bytes=-',
    'bytes',
    '',
    'bytes=a-b',
    'bytes=1',
    'bytes=1-2-3',
    'bytes=--1',
    'bytes=0x1-0x2',
    'bytes=1e2-',
    'bytes=+1-2',
    'bytes=1.0-2',
    'bytes=１-２',
    'bytes 0-1',
    'octets=0-1',
    'items=0-1',
    'bytes=0-1,5-6',
    'bytes=0-1, bytes=5-6',
    `bytes=${Array.from({ length: 100 }, (_, at) => `${at * 2}-${at * 2}`).join(',')}`,
    'none',
  ])('%s is ignored: the whole file', (range) => {
    expect(answered({ range })).toBe('200');
  });
});

describe('conditions', () => {
  it.each<[string, DownloadHeaders, string]>([
    ['the tag of this file', { 'if-range': '"abc"' }, '206 5-9'],
    ['another tag', { 'if-range': '"abd"' }, '200'],
    ['a weak tag', { 'if-range': 'W/"abc"' }, '200'],
    ['a tag without quotes', { 'if-range': 'abc' }, '200'],
    ['its date', { 'if-range': DATE }, '206 5-9'],
    ['an earlier date', { 'if-range': EARLIER }, '200'],
    ['a later date: it is not that file', { 'if-range': LATER }, '200'],
    ['what is neither', { 'if-range': 'yesterday' }, '200'],
    ['a stale tag and a range behind the end', { 'if-range': '"old"', 'range': 'bytes=5000-' }, '200'],
  ])('If-Range with %s', (_name, headers, wanted) => {
    expect(answered({ range: 'bytes=5-9', ...headers })).toBe(wanted);
  });

  it.each<[string, DownloadHeaders, string]>([
    ['If-None-Match of this file', { 'if-none-match': '"abc"' }, '304'],
    ['a weak tag of it', { 'if-none-match': 'W/"abc"' }, '304'],
    ['one of a list', { 'if-none-match': '"x", W/"y","abc"' }, '304'],
    ['any', { 'if-none-match': '*' }, '304'],
    ['others', { 'if-none-match': '"x", "y"' }, '200'],
    ['a broken list', { 'if-none-match': 'abc' }, '200'],
    ['304 before a range', { 'if-none-match': '"abc"', 'range': 'bytes=0-1' }, '304'],
    ['If-Modified-Since its date', { 'if-modified-since': DATE }, '304'],
    ['a later one', { 'if-modified-since': LATER }, '304'],
    ['an earlier one', { 'if-modified-since': EARLIER }, '200'],
    ['no date', { 'if-modified-since': 'x' }, '200'],
    ['a date beside a tag, which counts alone', { 'if-none-match': '"x"', 'if-modified-since': LATER }, '200'],
    ['If-Match of this file', { 'if-match': '"abc"' }, '200'],
    ['any', { 'if-match': '*' }, '200'],
    ['one of a list, with a range', { 'if-match': '"x", "abc"', 'range': 'bytes=0-1' }, '206 0-1'],
    ['another file', { 'if-match': '"x"' }, '412'],
    ['a weak tag', { 'if-match': 'W/"abc"' }, '412'],
    ['412 before 304 and 416', { 'if-match': '"x"', 'if-none-match': '"abc"', 'range': 'bytes=5000-' }, '412'],
    ['If-Unmodified-Since its date', { 'if-unmodified-since': DATE }, '200'],
    ['an earlier one', { 'if-unmodified-since': EARLIER }, '412'],
    ['no date', { 'if-unmodified-since': 'x' }, '200'],
    ['a date beside a tag, which counts alone', { 'if-match': '"abc"', 'if-unmodified-since': EARLIER }, '200'],
  ])('%s', (_name, headers, wanted) => {
    expect(answered(headers)).toBe(wanted);
  });
});
