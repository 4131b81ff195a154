import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError, ERRORS } from '../../errors.ts';
import { readPrivateKey } from '../../pipeline/primitives-node.ts';
import type { Finding } from '../../pipeline/verify-chain.ts';
import { verifyFiles, type VerifyReport } from '../../pipeline/verify-files.ts';
import { readTrustedKeys } from '../trusted-keys.ts';
import { byteText, say, sayJson } from '../terminal.ts';

interface VerifyOptions {
  readonly key?: string;
  readonly passphraseFile?: string;
  readonly publicKey?: string;
  readonly wholeChain?: boolean;
  readonly json?: boolean;
}

export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('Check files of runs offline: nothing changed, missing, extra, cut or swapped, signed, and no run left out between')
    .argument('<path...>', 'files and folders: *.zip.p7m with their *.manifest.json and *.manifest.json.sig')
    .option('--key <file>', 'RSA private key, PEM: also decrypts each file and checks everything in it; nothing is written')
    .option('--passphrase-file <file>', 'file that holds the passphrase of the key')
    .option('--public-key <file>', 'signing keys to trust, PEM, from the Preferences page of UDM')
    .option('--whole-chain', 'the first manifest of each job must be there, too')
    .option('--json', 'print JSON')
    .action(async (paths: string[], options: VerifyOptions) => {
      const report = await verifyFiles({ paths, ...(await keysOf(options)), wholeChain: options.wholeChain });
      options.json ? sayJson({ ok: report.findings.length === 0, ...report, findings: report.findings.map(inWords) }) : sayReport(report, options);
      // As "diff" does: 1 says that something was found.
      if (report.findings.length > 0) process.exitCode = 1;
    });
}

async function keysOf(options: VerifyOptions) {
  const passphrase = options.passphraseFile === undefined ? undefined : (await readText(options.passphraseFile, '--passphrase-file')).replace(/\r?\n$/, '');
  const key = options.key === undefined ? undefined : readPrivateKey(await readText(options.key, '--key'), passphrase);
  return { key, trustedKeys: await readTrustedKeys(options.publicKey) };
}

async function readText(file: string, field: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CodedError('usage', { field, value: file, cause });
  });
}

function inWords(finding: Finding) {
  const { text, fix } = ERRORS[finding.code];
  return { ...finding, text, fix };
}

function sayReport(report: VerifyReport, options: VerifyOptions): void {
  for (const one of report.findings) {
    const { text, fix } = inWords(one);
    say(`${one.file}: ${text} (${one.code})`);
    if (one.detail !== undefined) say(`  ${typeof one.detail === 'string' ? one.detail : JSON.stringify(one.detail)}`);
    say(`  next: ${fix}`);
  }
  const { findings, files, bytes, manifests } = report;
  say(`Checked ${files} ${files === 1 ? 'file' : 'files'} (${byteText(bytes)}) and ${manifests} run ${manifests === 1 ? 'manifest' : 'manifests'}.`);
  if (report.inside) say('Every file was also decrypted, and its entries compared with its own manifest.');
  for (const id of report.signedBy) say(`Signed by key ${id}.`);
  if (options.publicKey === undefined && report.signedBy.length > 0)
    say('Whose key that is was not checked: compare it with the Preferences page of UDM, or give --public-key.');
  say(findings.length === 0 ? 'Nothing is wrong.' : `${findings.length} ${findings.length === 1 ? 'thing is' : 'things are'} wrong.`);
}
