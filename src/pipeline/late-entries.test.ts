import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { decryptFile } from './decrypt-file.ts';
import { archive, file } from './testing/archives.ts';
import { TestFolder } from './testing/recipients.ts';

const folder = new TestFolder();
const alice = folder.recipient();
afterAll(() => folder.remove());

it('late rows and their attachments stand in entries of their own, are counted, and unpack', async () => {
  const files = [
    file('Email', ['{"id":2}\n']),
    file('Email', ['{"of":2}\n'], '-Attachment'),
    file('Email', ['{"id":1}\n{"id":0}\n'], '-Late'),
    file('Email', ['{"of":1}\n'], '-Late-Attachment'),
  ];
  const { bytes, result } = await archive(files, [alice.certificate]);
  expect(result.entries.map(({ name, content, rows }) => [name, content, rows])).toEqual([
    ['Email.jsonl', 'rows', 1],
    ['Email.schema.json', 'schema', null],
    ['Email-Attachment.jsonl', 'attachments', 1],
    ['Email-Late.jsonl', 'late_rows', 2],
    ['Email-Late-Attachment.jsonl', 'late_attachments', 1],
    ['report.html', 'report', null],
  ]);
  expect(result.rows).toBe(5);
  const saved = folder.fresh('file.zip.p7m');
  writeFileSync(saved, bytes);
  const outDir = folder.fresh();
  const report = await decryptFile({ file: saved, key: alice.key, outDir });
  expect(report.manifest).toMatchObject({ entries: result.entries });
  expect(readdirSync(outDir).sort()).toEqual([...result.entries.map((entry) => entry.name), 'manifest.json', 'manifest.json.sig'].sort());
  expect(readFileSync(join(outDir, 'Email-Late.jsonl'), 'utf8')).toBe('{"id":1}\n{"id":0}\n');
});
