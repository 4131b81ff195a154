/** npm run mutate -- [--count N] [--seed N] [--key]: changes files in one place and counts what `udm verify` does not find. */
import { parseArgs } from 'node:util';
import { readPrivateKey } from '../../src/pipeline/primitives-node.ts';
import { TestFolder } from '../../src/pipeline/testing/recipients.ts';
import { mutate } from './campaign.ts';
import { makeRunFolder } from './run-folder.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' }, key: { type: 'boolean', default: false } },
});
const recipients = new TestFolder();
const alice = recipients.recipient();
const folder = await makeRunFolder(alice.certificate);
const result = await mutate(folder, Number(values.count), Number(values.seed), values.key ? readPrivateKey(alice.key) : undefined);
folder.remove();
recipients.remove();
console.log(`${result.count} mutations: ${JSON.stringify(result.kinds)}`);
for (const one of result.missed) console.log(`not found: ${one}`);
console.log(result.missed.length === 0 ? 'Every one was found.' : `${result.missed.length} were not found.`);
process.exitCode = result.missed.length === 0 ? 0 : 1;
