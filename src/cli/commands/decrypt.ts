import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError } from '../../errors.ts';
import { decryptFile } from '../../pipeline/decrypt-file.ts';
import { ProgressBar } from '../progress-bar.ts';
import { readTrustedKeys } from '../trusted-keys.ts';
import { byteText, say, sayJson } from '../terminal.ts';

interface DecryptOptions {
  readonly key: string;
  readonly passphraseFile?: string;
  readonly publicKey?: string;
  readonly out: string;
  readonly json?: boolean;
}

export function registerDecrypt(program: Command): void {
  program
    .command('decrypt')
    .description('Open an encrypted file with your private key, check everything in it, and unpack it')
    .argument('<file>', 'the .zip.p7m file')
    .requiredOption('--key <file>', 'RSA private key, PEM')
    .option('--passphrase-file <file>', 'file that holds the passphrase of the key')
    .option('--public-key <file>', 'signing keys to trust, PEM, from the Preferences page of UDM')
    .option('--out <folder>', 'folder to unpack to', '.')
    .option('--json', 'print JSON')
    .action(async (file: string, options: DecryptOptions) => {
      // Whoever breaks off must not find plain data left behind.
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort(new CodedError('run.cancelled')));
      const bar = new ProgressBar();
      const passphrase = options.passphraseFile === undefined ? undefined : (await readText(options.passphraseFile, '--passphrase-file')).replace(/\r?\n$/, '');
      const report = await decryptFile({
        file,
        key: await readText(options.key, '--key'),
        passphrase,
        trustedKeys: await readTrustedKeys(options.publicKey),
        outDir: options.out,
        signal: stop.signal,
        // Machines read the other stream as JSON too.
        onProgress: options.json
          ? undefined
          : ({ fileBytes, totalBytes }) =>
              bar.show({
                label: 'decrypt',
                percent: Math.floor((fileBytes / Math.max(totalBytes, 1)) * 100),
                detail: `${byteText(fileBytes)} of ${byteText(totalBytes)}`,
              }),
      });
      bar.end();
      if (options.json) return sayJson({ entries: report.entries, manifest: report.manifest, signedBy: report.signedBy });
      for (const entry of report.entries) say(`${entry.name}  ${entry.rows === null ? '' : `${entry.rows} rows  `}${byteText(entry.bytes)}`);
      say(signatureText(report.signedBy, options.publicKey !== undefined));
      say(`Everything in the file is as its manifest says. Unpacked to ${options.out}.`);
    });
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
