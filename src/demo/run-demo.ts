import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { App } from '../app.ts';
import type { ArtifactView } from '../contract/artifact.ts';
import type { JobView } from '../contract/job.ts';
import type { Actor } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { addCertificate, listCertificatesFor } from '../operations/certificates.ts';
import { createJob } from '../operations/create-job.ts';
import { createTenant, operatorActor } from '../operations/create-tenant.ts';
import { listArtifactsFor } from '../operations/artifacts.ts';
import { openArtifact } from '../operations/open-artifact.ts';
import { isOwnPassword } from '../operations/own-password.ts';
import { addSource } from '../operations/sources.ts';
import { decryptFile } from '../pipeline/decrypt-file.ts';
import type { DecryptReport } from '../pipeline/read-archive.ts';
import { type ContactCentre, startContactCentre } from '../sample/contact-centre.ts';
import { demoKeyPair } from './demo-certificate.ts';
import { readKept, writeKept } from './kept-file.ts';

export interface DemoAccount {
  readonly tenant: string;
  readonly user: string;
  readonly password: string;
}

/** The demo's steps. Each does what a user would do, through the operations a user's own doors call. */

/** The demo's administrator, made at the first demo. Error: `demo.occupied` when the folder has another owner. */
export async function demoAccount(app: App): Promise<{ account: DemoAccount; actor: Actor }> {
  const file = path.join(demoFolder(app), 'sign-in.json');
  const kept = await readKept(file, ['tenant', 'user', 'password']);
  const known = typeof kept === 'object' ? kept : null;
  const account: DemoAccount = known ?? { tenant: 'default', user: 'admin', password: randomBytes(9).toString('base64url') };
  if (!known) {
    await mkdir(demoFolder(app), { recursive: true, mode: 0o700 });
    await writeKept(file, JSON.stringify(account));
  }
  // Also when the file was there: a kill may have come between the file and the tenant.
  const made = await createTenant(app.services, account);
  if (!made && !known) {
    await rm(file, { force: true });
    throw new CodedError('demo.occupied', { value: app.dataFolder });
  }
  const actor = await operatorActor(app.services, account.tenant, account.user);
  if (!actor) throw new CodedError('demo.occupied', { value: app.dataFolder });
  return { account, actor };
}

/** Whether the administrator still signs in with the password the demo made. */
export async function isDemoPassword(app: App, actor: Actor, { password }: DemoAccount): Promise<boolean> {
  return isOwnPassword(app.services, actor, password);
}

export type { ContactCentre };

export interface SampleSize {
  readonly contacts: number;
  readonly interactions: number;
  readonly days: number;
  readonly seed: number;
}

/** Starts the sample contact centre beside the data folder; its first start fills it up to the last full hour. */
export async function startSample(app: App, size: SampleSize, onProgress: (table: string, rows: number) => void): Promise<ContactCentre> {
  const endsAt = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000);
  return startContactCentre(sampleFolder(app), { ...size, endsAt }, (progress) => onProgress(progress.table, progress.rows));
}

/** Where the sample rests: outside UDM's data folder, for it stands for a system that is not UDM's. */
export function sampleFolder(app: App): string {
  return `${app.dataFolder}-sample-contact-centre`;
}

/** The sample contact centre as the sources UCSX and IWD. Its port changes with every start. */
export async function addDemoSources(app: App, actor: Actor, centre: ContactCentre): Promise<void> {
  const { password, ...settings } = centre.reader;
  for (const [name, catalog] of [
    ['UCSX', 'ucsx'],
    ['IWD', 'iwd'],
  ] as const) {
    await addSource(app.services, actor, {
      name,
      connector: 'postgres',
      catalog,
      settings: { ...settings },
      secret: password,
      writer: centre.writers[catalog],
    });
  }
}

const CERTIFICATES = {
  exports: { files: 'demo', subject: 'UDM demo', label: 'Demo certificate (its key is in the data folder)' },
  packages: { files: 'officer', subject: 'UDM demo officer', label: 'Demo certificate of the officer (its key is in the data folder)' },
} as const;

/** Stores a certificate of the demo, once: for exports, or that of the officer for access packages. Gives its id and where its key is. */
export async function addDemoCertificate(app: App, actor: Actor, what: keyof typeof CERTIFICATES): Promise<{ id: string; keyFile: string }> {
  const { files, subject, label } = CERTIFICATES[what];
  // Valid from an hour ago: the clocks of UDM and of its database need not agree to the second.
  const pair = await demoKeyPair(demoFolder(app), { files, subject }, new Date(Date.now() - 3_600_000));
  const known = (await listCertificatesFor(app.services, actor)).find((one) => one.label === label);
  const id = known?.id ?? (await addCertificate(app.services, actor, { label, content: pair.certificate })).id;
  return { id, keyFile: pair.keyFile };
}

/** A job for 30 days of interactions; its run is queued. */
export async function createDemoJob(app: App, actor: Actor, certificateId: string): Promise<JobView> {
  return createJob(
    app.services,
    actor,
    {
      title: 'Demo: interactions of the last 30 days',
      source: 'UCSX',
      type: 'Interaction',
      entityTypes: 'all',
      run: { kind: 'once', start: 'immediately' },
      range: { kind: 'last', count: 30, unit: 'day' },
      recipients: [certificateId],
    },
    null,
  );
}

/** Downloads the run's artifact as its user would. */
export async function downloadDemoArtifact(app: App, actor: Actor, runId: string): Promise<{ artifact: ArtifactView; file: string }> {
  const [found] = (await listArtifactsFor(app.services, actor, { limit: 1, run: runId })).items;
  if (!found) throw new CodedError('not_found', { value: { run: runId } });
  const { content } = await openArtifact(app.services, actor, found.id);
  const file = path.join(demoFolder(app), found.fileName);
  await pipeline(content, createWriteStream(file, { mode: 0o600 }));
  return { artifact: found, file };
}

/** Opens the file with the demo's key, as its holder would: `udm decrypt FILE --key KEY --out DIR`. */
export async function decryptDemoArtifact(app: App, file: string, keyFile: string, runId: string): Promise<{ report: DecryptReport; folder: string }> {
  const folder = path.join(demoFolder(app), `opened-${runId}`);
  const report = await decryptFile({ file, key: await readFile(keyFile, 'utf8'), outDir: folder });
  return { report, folder };
}

/** The first lines of a JSON Lines file, from its first 256 KiB. Lines end at LF alone, whatever else the text holds. */
export async function firstLines(file: string, count: number): Promise<string[]> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(262_144), 0, 262_144, 0);
    return buffer.toString('utf8', 0, bytesRead).split('\n').slice(0, count);
  } finally {
    await handle.close();
  }
}

/** What the demo keeps: keys that no recipient would give away, passwords, opened files. */
export function demoFolder(app: App): string {
  return path.join(app.dataFolder, 'demo');
}
