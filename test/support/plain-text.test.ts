import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TextSearch } from './plain-text.ts';

const MARKER = 'ada.lovelace@analytical-engine.example';

it('finds a marker however it was written down, wherever it begins, and nothing else', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'udm-markers-'));
  try {
    const bytes = Buffer.from(MARKER);
    const shifted = [0, 1, 2].map(
      (shift) => [`base64-${shift}`, Buffer.from(Buffer.concat([Buffer.alloc(shift, 7), bytes, Buffer.alloc(5, 9)]).toString('base64'))] as const,
    );
    const ways = [
      ['raw', bytes] as const,
      ['hex', Buffer.from(bytes.toString('hex'))] as const,
      ['utf16', Buffer.from(MARKER, 'utf16le')] as const,
      ...shifted,
    ];
    await mkdir(path.join(folder, 'deep'));
    for (const [name, text] of ways) await writeFile(path.join(folder, 'deep', name), Buffer.concat([Buffer.alloc(1_001, 65), text, Buffer.alloc(10)]));
    // Across two reads.
    await writeFile(path.join(folder, 'deep', 'late'), Buffer.concat([Buffer.alloc((1 << 20) - 7, 65), bytes]));
    await writeFile(path.join(folder, 'clean'), 'ada.lovelace@another-engine.example');
    expect((await new TextSearch([MARKER, 'C-100123', 'nobody.at.all@example.com']).inFolder(folder)).found.sort()).toEqual(
      ['late', ...ways.map(([name]) => name)].map((name) => path.join('deep', name)).sort(),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
