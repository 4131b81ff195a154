import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rsaKey } from '../../src/pipeline/testing/rsa-key.ts';

export interface Recipient {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Certificates that UDM accepts, with their keys, in a folder that `remove` deletes. */
export class Recipients {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'udm-recipients-'));
  #count = 0;

  make(subject = '/O=Test/CN=recipient'): Recipient {
    this.#count += 1;
    const [keyFile, certificateFile] = ['key', 'certificate'].map((name) => path.join(this.folder, `${name}-${this.#count}.pem`)) as [string, string];
    const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,keyEncipherment'].flatMap((one) => ['-addext', one]);
    rsaKey(2_048, keyFile);
    execFileSync(
      'openssl',
      ['req', '-x509', '-new', '-key', keyFile, '-config', '/dev/null', '-subj', subject, '-days', '365', ...extensions, '-out', certificateFile],
      { stdio: 'pipe' },
    );
    return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), keyFile, certificateFile };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
