/**
 * One export in a process of its own, as a run does it: source → zip → CMS → storage, synced, sealed, read back and
 * checked. The rows are those the peers read (no attachments). Prints rows and the peak memory of this process.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { CATALOGS } from '../src/sources/catalogs/all-catalogs.ts';
import { openPostgresSource } from '../src/sources/postgres/postgres-source.ts';
import { openLocalStorage } from '../src/storage/local/index.ts';
import { openPackThreads } from '../src/pipeline/deflate/pack-threads.ts';
import { writeArchive } from '../src/pipeline/write-archive.ts';
import type { TestConnection } from '../test/support/postgres.ts';
import { peakOf } from './measure.ts';

export interface ExportOrder {
  readonly connection: TestConnection;
  readonly folder: string;
  readonly certificateFile: string;
  /** Name of the object; it stays, to be looked at. */
  readonly key?: string;
}

export interface ExportReport {
  readonly rows: number;
  readonly fileBytes: number;
  readonly peakMB: number;
}

const report = await exportOnce(JSON.parse(readFileSync(0, 'utf8')) as ExportOrder);
process.stdout.write(JSON.stringify(report));

async function exportOnce({ connection, folder, certificateFile, key = 'bench.p7m' }: ExportOrder): Promise<ExportReport> {
  const catalog = CATALOGS.get('ucsx');
  if (!catalog) throw new Error('There is no catalog "ucsx".');
  const abort = new AbortController();
  const storage = await openLocalStorage(folder);
  const source = openPostgresSource(connection, catalog);
  const snapshot = await source.open({ type: 'Interaction', entityTypes: null, window: { from: null, to: null } }, abort.signal);
  await storage.remove(key);
  const packer = openPackThreads(availableParallelism());
  const object = await storage.create(key);
  try {
    const written = await writeArchive({
      files: snapshot.files.filter((file) => file.content === 'rows').map((file) => ({ ...file, lines: () => snapshot.lines(file) })),
      recipients: [readFileSync(certificateFile, 'utf8')],
      report: () => '\n',
      manifest: (entries) => ({ format: 'udm-bench', entries }),
      sign: () => new Uint8Array(72),
      time: new Date(),
      sink: (chunk) => object.write(chunk),
      onProgress: () => undefined,
      signal: abort.signal,
      packer,
    });
    await object.seal();
    await written.verifyStored(await storage.read(key));
    return { rows: written.rows, fileBytes: written.fileBytes, peakMB: peakOf('self') };
  } finally {
    await packer.close();
    await object.discard();
    await snapshot.close();
  }
}
