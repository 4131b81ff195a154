import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import type { DataRequestReceipt } from '../../src/contract/receipt.ts';
import { makeKeyPair } from '../../src/pipeline/signature.ts';
import { runUdm } from './udm.ts';

/** Whoever has the file and the public key alone can tell that it is whole, that it was changed, and that another key signed it. */
export async function checkReceiptOffline(receipt: DataRequestReceipt, publicKey: string, folder: string): Promise<void> {
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('keys.pem'), publicKey);
  await writeFile(file('other.pem'), makeKeyPair().publicKey);
  // However it is written down, it is the same.
  await writeFile(file('receipt.json'), JSON.stringify(receipt, null, 8));
  const [work] = receipt.receipt.work;
  const changed = { ...receipt, receipt: { ...receipt.receipt, work: [{ ...work, done: 1_000 }, ...receipt.receipt.work.slice(1)] } };
  await writeFile(file('changed.json'), JSON.stringify(changed));
  await writeFile(file('none.json'), JSON.stringify(receipt.receipt));
  const codes = async (name: string, key: string) => {
    const { code, stdout } = await runUdm(['request', 'verify', file(name), '--public-key', file(key), '--json'], path.join(folder, 'nowhere'));
    return [code, ...(JSON.parse(stdout) as { findings: { code: string }[] }).findings.map((one) => one.code)];
  };
  expect(
    await Promise.all([
      codes('receipt.json', 'keys.pem'),
      codes('receipt.json', 'other.pem'),
      codes('changed.json', 'keys.pem'),
      codes('none.json', 'keys.pem'),
    ]),
  ).toEqual([[0], [1, 'file.signer'], [1, 'file.signature'], [1, 'file.damaged']]);
}
