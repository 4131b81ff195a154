import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError } from '../../errors.ts';
import { type DecryptProgress, decryptFile, type Opening } from '../../pipeline/decrypt-file.ts';
import { decryptParts, type PartsReport } from '../../pipeline/decrypt-parts.ts';
import type { DecryptReport } from '../../pipeline/read-archive.ts';
import { encryptedFiles } from '../encrypted-files.ts';
import { ProgressBar } from '../progress-bar.ts';
import { byteText, note, say, sayJson } from '../terminal.ts';
import { readTrustedKeys } from '../trusted-keys.ts';

interface DecryptOptions {
  readonly key: string;
  readonly passphraseFile?: string;
  readonly publicKey?: string;
  readonly out: string;
  readonly json?: boolean;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function registerDecrypt(program: Command): void {
  program
    .command('decrypt')
    .description('Open an encrypted file with your private key, check everything in it, and unpack it; of all parts of a run at once, join their data')
    .argument('<file...>', 'the .zip.p7m file, or all those of one run: files, a folder, or a pattern')
    .requiredOption('--key <file>', 'RSA private key, PEM')
    .option('--passphrase-file <file>', 'file that holds the passphrase of the key')
    .option('--public-key <file>', 'signing keys to trust, PEM, from the Preferences page of UDM')
    .option('--out <folder>', 'folder to unpack to', '.')
    .option('--json', 'print JSON')
    .action(async (places: string[], options: DecryptOptions) => {
      const bar = new ProgressBar();
      const onStop = () => {
        bar.end();
        // Machines read the other stream as JSON.
        if (!options.json) note('Stopping: what was unpacked so far is removed.');
      };
      await untilSignalled(onStop, async (signal) => await decrypt(places, options, { ...(await openingOf(options, bar)), signal }, bar));
    });
}

async function decrypt(places: readonly string[], options: DecryptOptions, opening: Opening, bar: ProgressBar): Promise<void> {
  const files = await encryptedFiles(places);
  const [file = '', ...more] = files;
  if (more.length > 0) {
    const report = await decryptParts({ ...opening, files });
    bar.end();
    options.json ? sayJson(jsonOf(report)) : sayParts(report, options);
    return;
  }
  const report = await decryptFile({ ...opening, file });
  bar.end();
  const { entries, manifest, signedBy, isEncryptedAsMade } = report;
  options.json ? sayJson({ entries, manifest, signedBy, isEncryptedAsMade }) : sayFile(report, options);
}

/** Whoever breaks off must not find plain data left behind: while it is removed, no second signal ends the process. */
async function untilSignalled(onStop: () => void, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) return;
    onStop();
    stop.abort(new CodedError('run.cancelled'));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    await work(stop.signal);
  } finally {
    // One that was stopped ends by itself now, with its own exit code, however often it is told so.
    if (!stop.signal.aborted) for (const name of SIGNALS) process.off(name, onSignal);
  }
}

async function openingOf(options: DecryptOptions, bar: ProgressBar): Promise<Opening> {
  const passphrase = options.passphraseFile === undefined ? undefined : (await readText(options.passphraseFile, '--passphrase-file')).replace(/\r?\n$/, '');
  return {
    key: await readText(options.key, '--key'),
    passphrase,
    trustedKeys: await readTrustedKeys(options.publicKey),
    outDir: options.out,
    // Machines read the other stream as JSON too.
    onProgress: options.json ? undefined : (progress) => show(bar, progress),
  };
}

function show(bar: ProgressBar, { fileBytes, totalBytes }: DecryptProgress): void {
  bar.show({
    label: 'decrypt',
    // What comes through a pipe says nothing of its length; a file may grow while it is read.
    percent: totalBytes === 0 ? null : Math.min(100, Math.floor((fileBytes / totalBytes) * 100)),
    detail: totalBytes === 0 ? byteText(fileBytes) : `${byteText(fileBytes)} of ${byteText(totalBytes)}`,
  });
}

function sayFile(report: DecryptReport, options: DecryptOptions): void {
  for (const entry of report.entries) sayEntry(entry);
  say(signatureText(report.signedBy, options.publicKey !== undefined));
  if (report.isEncryptedAsMade === false) say(ENCRYPTED_ANEW);
  say(`Everything in the file is as its manifest says. Unpacked to ${options.out}.`);
  const part = report.manifest['part'] as { readonly number?: unknown; readonly of?: unknown } | undefined;
  if (part && (part.number !== 1 || part.of !== 1))
    say(`It is part ${part.number} of its run. Give all files of the run at once to see that none is missing, and to join them.`);
}

function jsonOf({ files, parts }: PartsReport) {
  return {
    files,
    parts: parts.map(({ file, number, signedBy, isEncryptedAsMade }) => ({ file, number, signedBy, isEncryptedAsMade })),
  };
}

function sayParts({ parts, files }: PartsReport, options: DecryptOptions): void {
  for (const file of files) sayEntry(file);
  say(signatureText(parts[0]?.signedBy ?? null, options.publicKey !== undefined));
  for (const { file, isEncryptedAsMade } of parts) if (isEncryptedAsMade === false) say(`${file}: ${ENCRYPTED_ANEW}`);
  say(`All ${parts.length} parts of the run are there, and everything in them is as their manifests say. Joined in ${options.out}.`);
}

const ENCRYPTED_ANEW = 'What it says of its recipients is not what was signed: somebody encrypted it anew, or changed it outside its content.';

function sayEntry({ name, rows, bytes }: { readonly name: string; readonly rows: number | null; readonly bytes: number }): void {
  say(`${name}  ${rows === null ? '' : `${rows} rows  `}${byteText(bytes)}`);
}

function signatureText(signedBy: string | null, isTrusted: boolean): string {
  if (signedBy === null) return 'Not signed: made by a version of UDM that did not sign yet.';
  return isTrusted ? `Signed by key ${signedBy}, which you trust.` : `Signed by key ${signedBy}; compare it with the Preferences page of UDM.`;
}

async function readText(file: string, field: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CodedError('usage', { field, value: file, cause });
  });
}
