import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rsaKey } from './rsa-key.ts';

/** A certificate with its private key, both as PEM text and as files for openssl. */
export interface TestRecipient {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A folder under the system's temporary one, for the tests of one file; call `remove` at the end. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'udm-pipeline-'));
  #count = 0;

  /** A path that nobody uses yet. */
  fresh(name = 'out'): string {
    this.#count += 1;
    return join(this.path, `${this.#count}-${name}`);
  }

  /** Makes a self-signed RSA certificate with openssl. */
  recipient(bits = 2048, subject = '/O=Test/CN=Empfänger'): TestRecipient {
    const keyFile = this.fresh('key.pem');
    const certificateFile = this.fresh('cert.pem');
    rsaKey(bits, keyFile);
    execFileSync('openssl', ['req', '-x509', '-new', '-key', keyFile, '-utf8', '-subj', subject, '-days', '30', '-out', certificateFile], { stdio: 'pipe' });
    return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certificateFile, keyFile };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
