import { expect, it } from 'vitest';
import { makeReport } from './make-report.ts';

const FACTS = {
  udmVersion: '0.0.0',
  createdAt: '2026-03-01T12:00:00.000Z',
  run: { id: 'r', attempt: 1, scheduledAt: '2026-03-01T12:00:00.000Z' },
  job: { id: null, title: '<script>alert("x")</script> & Söhne' },
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: null,
  window: { from: null, to: '2026-03-01T11:55:00Z' },
  recipients: ['ab'],
  part: { number: 1, of: 1 },
};
const entry = {
  name: 'Chat.jsonl',
  content: 'rows',
  entityType: 'Chat',
  bytes: 12_345,
  rows: 1_234,
  sha256: 'ff'.repeat(32),
  schema: 'Chat.schema.json',
  format: 'jsonl',
} as const;

it('shows what somebody typed as text, and runs nothing', () => {
  const html = makeReport(FACTS, [['Description', `"'<b>`]], [entry]);
  expect(html).not.toMatch(/<(script|b|img|link|iframe)\b/);
  expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; Söhne');
  expect(html).toContain('&quot;&#39;&lt;b&gt;');
  expect(html).toContain("default-src 'none'");
  expect(html.endsWith('\n')).toBe(true);
});

it('counts what each file holds, and says where the window is open', () => {
  const html = makeReport(FACTS, [], [entry, { ...entry, name: 'Chat.schema.json', content: 'schema', rows: null }]);
  expect(html).toContain('with 1,234 rows');
  expect(html).toContain('12,345');
  expect(html).toContain('from the beginning (with it) to 2026-03-01T11:55:00Z (without it)');
  expect(html).toContain(entry.sha256);
});

it('says which part it is when there are more, or may be', () => {
  expect(makeReport({ ...FACTS, part: { number: 3, of: null } }, [], [entry])).toContain('This is part 3 of the run');
});

it('says how to read the format that is there, and of CSV what became of formulas', () => {
  const of = (format: 'jsonl' | 'csv' | 'parquet', formulas?: 'keep' | 'escape') =>
    makeReport(FACTS, [], [{ ...entry, format, ...(formulas && { formulas }) }]);
  expect(of('jsonl')).toMatch(/\.jsonl<\/code> are JSON Lines[\s\S]*sha256sum \*\.jsonl \*\.schema\.json/);
  expect(of('parquet')).toMatch(/\.parquet<\/code> are Apache Parquet[\s\S]*sha256sum \*\.parquet /);
  expect(of('parquet')).not.toContain('JSON Lines');
  expect(of('csv', 'keep')).toContain('may calculate');
  expect(of('csv', 'escape')).toContain('An apostrophe stands before');
  expect(of('csv', 'escape')).not.toContain('may calculate');
});
