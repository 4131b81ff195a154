/**
 * One export in a process of its own, as a run does it: source → zip → CMS → storage, synced, sealed, read back and
 * checked. The rows are those the peers read (no attachments). Prints rows, the peak memory of this process, and how late its main thread,
 * which answers HTTP in a service, came to what it had to do.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { CATALOGS } from '../src/sources/catalogs/all-catalogs.ts';
import { openPostgresSource } from '../src/sources/postgres/postgres-source.ts';
import { openLocalStorage } from '../src/storage/local/index.ts';
import type { ArchiveFile, ArchiveResult, DataFormat } from '../src/pipeline/archive.ts';
import { inFormat } from '../src/pipeline/formats/open-format.ts';
import { ARCHIVE_FORMAT } from '../src/pipeline/manifest.ts';
import { makeKeyPair, openSigner } from '../src/pipeline/signature.ts';
import { openArchiveThread } from '../src/pipeline/threads/archive-thread.ts';
import type { TestConnection } from '../test/support/postgres.ts';
import { peakOf } from './measure.ts';

export interface ExportOrder {
  readonly connection: TestConnection;
  readonly folder: string;
  readonly certificateFile: string;
  /** Name of the object; it stays, to be looked at. */
  readonly key?: string;
  /** JSON Lines, if left out. */
  readonly format?: DataFormat;
  /** Interaction, if left out. */
  readonly type?: string;
  /** Whether it is noted whom the rows name, as every run does; so if left out. */
  readonly names?: boolean;
}

export interface ExportReport {
  readonly rows: number;
  readonly fileBytes: number;
  readonly peakMB: number;
  /** The 99th percentile of the delay of the event loop, from the connection to the end. */
  readonly lateMs: number;
  /** Of the subject index; 0: none. */
  readonly indexBytes: number;
}

const FILE = { csvFormulas: 'keep', level: 'fast', mostBytes: null } as const;

const RESOLUTION_MS = 1;

/** Any will do; as long as that of a tenant. */
const HASHING = { key: Buffer.alloc(32, 7), context: 'subject\x00018f2a6e-0000-7000-8000-000000000000|', region: 'DE' };

const report = await exportOnce(JSON.parse(readFileSync(0, 'utf8')) as ExportOrder);
process.stdout.write(JSON.stringify(report));

async function exportOnce({
  connection,
  folder,
  certificateFile,
  key = 'bench.p7m',
  format = 'jsonl',
  type = 'Interaction',
  names = true,
}: ExportOrder): Promise<ExportReport> {
  const catalog = CATALOGS.get('ucsx');
  if (!catalog) throw new Error('There is no catalog "ucsx".');
  const abort = new AbortController();
  const signer = openSigner(makeKeyPair().privateKey);
  const storage = await openLocalStorage(folder);
  const source = openPostgresSource(connection, catalog);
  const snapshot = await source.open({ type, entityTypes: null, window: { from: null, to: null } }, abort.signal);
  const named = (names && snapshot.noteNames?.(HASHING)) || null;
  await storage.remove(key);
  const archiver = openArchiveThread(availableParallelism());
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const object = await storage.create(key);
  const files: ArchiveFile[] = [];
  for (const file of snapshot.files.filter(({ content }) => content === 'rows')) {
    const plan = await snapshot.plan?.(file);
    files.push(inFormat({ ...file, lines: () => snapshot.lines(file), ...(plan && { plan }) }, { ...FILE, format }));
  }
  try {
    const [written] = (await archiver.writeParts({
      files,
      recipients: [readFileSync(certificateFile, 'utf8')],
      report: () => '\n',
      manifest: (entries) => ({ format: ARCHIVE_FORMAT, signedBy: signer.signedBy, entries }),
      sign: (bytes) => signer.sign(bytes),
      time: new Date(),
      mostBytes: null,
      openPart: async () => ({
        write: (chunk) => object.write(chunk),
        async whole(part) {
          await object.seal();
          await part.verifyStored(await storage.read(key));
        },
      }),
      onProgress: () => undefined,
      signal: abort.signal,
    })) as [ArchiveResult];
    const index = await named?.index();
    const lateMs = Math.max(0, delays.percentile(99) / 1e6 - RESOLUTION_MS);
    return { rows: written.rows, fileBytes: written.fileBytes, peakMB: peakOf('self'), lateMs, indexBytes: index?.length ?? 0 };
  } finally {
    await archiver.close();
    await object.discard();
    await snapshot.close();
  }
}
