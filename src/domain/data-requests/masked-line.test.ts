import { expect, test } from 'vitest';
import { lineWith } from './masked-line.ts';

const FIELDS = [
  ['id', 'id'],
  ['from', 'sender'],
  ['to', 'recipients'],
  ['talk', 'talk'],
] as const;
const KINDS = { id: 'other', sender: 'text', recipients: 'json', talk: 'text' } as const;

test('only what is given changes, every other byte stays', () => {
  const line = '{"id":12345678901234567890,"from":"ada@x","to":[{"address": "ada@x"}],"talk":"[{\\"text\\":\\"a\\"}]", "n":1.50}';
  expect(lineWith(line, FIELDS, { sender: null, recipients: '[{"address": "[other person]"}]', talk: '[{"text":"b \\n"}]', unknown: 'x' }, KINDS)).toBe(
    '{"id":12345678901234567890,"from":null,"to":[{"address": "[other person]"}],"talk":"[{\\"text\\":\\"b \\\\n\\"}]", "n":1.50}',
  );
  expect(lineWith(line, FIELDS, {}, KINDS)).toBe(line);
});

test('JSON that the source keeps over several lines stays in one, and says the same', () => {
  const stored = '[\r\n  {\n    "address": "[other person]",\n    "name": "a \\n \\r\\\\n b"\n  }\n]\n';
  const line = lineWith('{"id":1,"to":[  {     "address": "ben@x"  }],"n":1.50}', FIELDS, { recipients: stored }, KINDS);
  expect(line).not.toMatch(/[\n\r]/);
  expect(line.slice(-10)).toBe(',"n":1.50}');
  expect(JSON.parse(line)).toEqual({ id: 1, to: JSON.parse(stored), n: 1.5 });
});
