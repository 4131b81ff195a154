import { expect, test } from 'vitest';
import { makeAccessPage, type PageFacts } from './access-page.ts';

const FACTS: PageFacts = {
  controller: 'A & <b>B</b>',
  caseId: 'C-"1"',
  receivedOn: '2026-01-31',
  createdAt: '2026-02-01T08:00:00.000Z',
  udmVersion: '1',
  uncertain: 0,
  asked: [{ type: 'email', normal: '<i>@x.com' }],
  searched: [{ source: 'crm <1>', tables: ['contact', 'letter'] }],
};
const part = (lines: object[], rows = lines.length) => ({
  fileName: 'a.jsonl',
  source: 's<1>',
  title: 'Chat',
  rows,
  masked: 1,
  lines: lines.map((one) => JSON.stringify(one)),
});

test('what people wrote is text on the page, whatever it looks like', () => {
  const evil = '<script>alert(1)</script><img src=x onerror="alert(1)">';
  const page = makeAccessPage(FACTS, [part([{ [evil]: 1, 'text': evil, 'nested': JSON.stringify([{ from: evil }]), 'list': [{ deep: { er: evil } }] }])]);
  expect(page).not.toMatch(/<script|<img|<b>|<i>|<1>/);
  expect(page.match(/&lt;script&gt;/g)).toHaveLength(4);
  expect(page).toContain('A &amp; &lt;b&gt;B&lt;/b&gt;');
});

test('names columns that hold something, and says in both languages what is not on it', () => {
  const page = makeAccessPage({ ...FACTS, uncertain: 7 }, [part([{ id: '1', empty: null, none: [], said: '[other person]' }], 3)]);
  expect(page).toContain('<th scope="col">id</th><th scope="col">said</th></tr>');
  expect(page).toContain('not in this copy: 7.');
  expect(page).toContain('2 more records are in the file only.');
  expect(page).toContain('2 weitere Datensätze stehen nur in der Datei.');
  expect(makeAccessPage(FACTS, [])).not.toContain('not in this copy');
});

test('says whether anything is held, and always what was looked for and where', () => {
  const [none, unsure, some] = [makeAccessPage(FACTS, []), makeAccessPage({ ...FACTS, uncertain: 7 }, []), makeAccessPage(FACTS, [part([{ id: '1' }])])];
  for (const page of [none, unsure, some]) {
    expect(page).toContain('<td>&lt;i&gt;@x.com</td>');
    expect(page).toContain('<th scope="row">crm &lt;1&gt;</th><td>contact, letter</td>');
  }
  expect([none, unsure, some].map((page) => page.includes('No data about you are held'))).toEqual([true, false, false]);
  expect([none, unsure, some].map((page) => page.includes('keine Daten über Sie gespeichert'))).toEqual([true, false, false]);
  expect([none, unsure, some].map((page) => page.includes('of which it is sure'))).toEqual([false, true, false]);
  expect(unsure).toContain('not in this copy: 7.');
  expect([none, unsure, some].map((page) => page.includes('.jsonl'))).toEqual([false, false, true]);
  const nowhere = makeAccessPage({ ...FACTS, searched: [] }, []);
  expect(nowhere).toContain('No system was searched: whether');
  expect(nowhere).not.toContain('No data about you are held');
});
