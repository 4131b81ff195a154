import { execFileSync } from 'node:child_process';
import path from 'node:path';

export interface Recipient {
  readonly certificate: string;
  readonly key: string;
}

/** A key pair as an administrator makes it, with the command the preferences page shows. */
export function makeRecipient(folder: string): Recipient {
  const recipient = { certificate: path.join(folder, 'certificate.pem'), key: path.join(folder, 'key.pem') };
  const subject = ['-subj', '/CN=UDM export', '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,keyEncipherment'];
  const files = ['-keyout', recipient.key, '-out', recipient.certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-days', '730', ...subject, ...files], { stdio: 'pipe' });
  return recipient;
}

/** Opens a downloaded file as the page "How to open" says; returns what lies inside. */
export function openArtifact(file: string, recipient: Recipient): string[] {
  const zip = file.replace(/\.p7m$/, '');
  execFileSync('openssl', ['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', file, '-inkey', recipient.key, '-out', zip], { stdio: 'pipe' });
  execFileSync('unzip', ['-tq', zip], { stdio: 'pipe' });
  return execFileSync('unzip', ['-Z1', zip], { encoding: 'utf8' }).trim().split('\n');
}

/** The lines of one file inside. */
export function linesInside(file: string, name: string): string[] {
  const text = execFileSync('unzip', ['-p', file.replace(/\.p7m$/, ''), name], { encoding: 'utf8', maxBuffer: 1_000_000_000 });
  return text.split('\n').filter((line) => line !== '');
}
