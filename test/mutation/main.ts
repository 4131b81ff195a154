/**
 * npm run mutate -- [--count N] [--seed N] [--key] [--alone]: changes files in one place and counts what `udm verify` does not find.
 * `--key` opens the files, too; `--alone` asks about each file alone, with the private key and the installation's public key only.
 */
import { parseArgs } from 'node:util';
import { readPrivateKey } from '../../src/pipeline/primitives-node.ts';
import { TEST_SIGNER } from '../../src/pipeline/testing/archives.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { type CampaignResult, mutate, mutateAlone } from './campaign.ts';
import { makeRunFolder } from './run-folder.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    key: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
const recipients = new TestFolder();
const alice = recipients.recipient();
const key = readPrivateKey(alice.key);
if (values.alone) await alone();
else await report('in folders', await makeRunFolder(alice.certificate), (folder) => mutate(folder, count, seed, values.key ? key : undefined));
recipients.remove();

/** In equal shares: one recipient, two, and the other padding and cipher. */
async function alone(): Promise<void> {
  const modern = { certificate: alice.certificate, keyTransport: 'oaep', contentCipher: 'aes-256-gcm' } as const;
  const folders = [
    ['CBC, one recipient', await makeRunFolder(alice.certificate)],
    ['CBC, two recipients', await makeRunFolder(recipients.recipient().certificate, alice.certificate)],
    ['GCM with OAEP', await makeRunFolder(modern)],
  ] as const;
  const trustedKeys = new Set([TEST_SIGNER.signedBy.keyId]);
  for (const [name, folder] of folders) await report(name, folder, (of) => mutateAlone(of, Math.ceil(count / folders.length), seed, { key, trustedKeys }));
}

async function report(name: string, folder: Awaited<ReturnType<typeof makeRunFolder>>, work: (of: typeof folder) => Promise<CampaignResult>): Promise<void> {
  const result = await work(folder);
  folder.remove();
  console.log(`${name}: ${result.count} mutations: ${JSON.stringify(result.kinds)}`);
  for (const one of result.missed) console.log(`not found: ${one}`);
  console.log(result.missed.length === 0 ? 'Every one was found.' : `${result.missed.length} were not found.`);
  if (result.missed.length > 0) process.exitCode = 1;
}
