import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type DataRequestReceipt, receiptSchema } from '../../contract/receipt.ts';
import { canonicalText } from '../../domain/data-requests/receipt.ts';
import { CodedError, ERRORS, type ErrorCode } from '../../errors.ts';
import { getReceipt } from '../../operations/data-requests/read-receipt.ts';
import { isSignatureOf } from '../../pipeline/signature.ts';
import { addPlaceOptions, idArgument } from '../options.ts';
import { readJsonFile } from '../request-file.ts';
import { plainText, say, sayJson } from '../terminal.ts';
import { readTrustedKeys } from '../trusted-keys.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

interface ReceiptOptions extends PlaceOptions {
  readonly output?: string;
}
interface VerifyOptions {
  readonly publicKey?: string;
  readonly json?: boolean;
}

export function registerReceipts(request: Command): void {
  addPlaceOptions(
    request.command('receipt').description('Print the signed receipt of a request that has ended').argument('<id>', 'id of the request', idArgument),
  )
    .option('-o, --output <file>', 'write it to this new file')
    .action((id: string, options: ReceiptOptions) =>
      withApp(options, async ({ app, actor }) => {
        const receipt = await getReceipt(app.services, actor, id);
        if (options.output === undefined) return sayJson(receipt);
        await writeNew(options.output, `${JSON.stringify(receipt, null, 2)}\n`);
        say(`Written to ${options.output}. Check it anywhere with: udm request verify ${options.output} --public-key KEYS.pem`);
      }),
    );
  request
    .command('verify')
    .description('Check a receipt offline: nothing changed, and signed by whom')
    .argument('<receipt>', 'file of the receipt; - reads standard input')
    .option('--public-key <file>', 'signing keys to trust, PEM, from the Preferences page of UDM')
    .option('--json', 'print JSON')
    .action(async (file: string, options: VerifyOptions) => {
      const { receipt, wrong } = await check(file, options);
      if (options.json)
        sayJson({ ok: wrong.length === 0, signedBy: receipt?.signedBy.keyId ?? null, findings: wrong.map((one) => ({ ...one, ...inWords(one) })) });
      else sayCheck(receipt, wrong, options);
      // As "diff" does: 1 says that something was found.
      if (wrong.length > 0) process.exitCode = 1;
    });
}

async function writeNew(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((cause: NodeJS.ErrnoException) => {
    throw new CodedError(cause.code === 'EEXIST' ? 'file.exists' : 'file.unwritable', { value: file, cause });
  });
}

interface Wrong {
  readonly code: ErrorCode;
  readonly value?: string;
}

interface Checked {
  /** Null: it is none. */
  readonly receipt: DataRequestReceipt['receipt'] | null;
  readonly wrong: readonly Wrong[];
}

/** Errors: `file.unreadable`, `usage`. */
async function check(file: string, { publicKey }: VerifyOptions): Promise<Checked> {
  const trusted = await readTrustedKeys(publicKey);
  const value = await readJsonFile(file).catch((error: unknown) => {
    if (error instanceof CodedError && error.code !== 'file.unreadable') return null;
    throw error;
  });
  const { success, data } = receiptSchema.safeParse(value);
  if (!success) return { receipt: null, wrong: [{ code: 'file.damaged', value: 'receipt' }] };
  const { receipt, signature } = data;
  const wrong: Wrong[] = [];
  if (!isSignatureOf(Buffer.from(canonicalText(receipt)), Buffer.from(signature, 'base64'), receipt.signedBy))
    wrong.push({ code: 'file.signature', value: file });
  if (trusted && !trusted.has(receipt.signedBy.keyId)) wrong.push({ code: 'file.signer', value: receipt.signedBy.keyId });
  return { receipt, wrong };
}

function inWords({ code }: Wrong): { readonly text: string; readonly fix: string } {
  const { text, fix } = ERRORS[code];
  return { text, fix };
}

function sayCheck(receipt: Checked['receipt'], wrong: Checked['wrong'], { publicKey }: VerifyOptions): void {
  for (const one of wrong) {
    const { text, fix } = inWords(one);
    say(`${text} (${one.code})`);
    if (one.value !== undefined) say(`  ${plainText(one.value)}`);
    say(`  next: ${fix}`);
  }
  if (receipt && wrong.length === 0) {
    const { request, times, signedBy } = receipt;
    say(`${plainText(request.caseId)}: ${request.kind}, ${request.outcome}, received ${plainText(times.receivedOn)}, ended ${plainText(times.endedAt)}.`);
    say(`Signed by key ${signedBy.keyId}.`);
    if (publicKey === undefined) say('Whose key that is was not checked: compare it with the Preferences page of UDM, or give --public-key.');
  }
  const whole = publicKey === undefined ? 'It is as it was signed.' : 'Nothing is wrong.';
  say(wrong.length === 0 ? whole : `${wrong.length} ${wrong.length === 1 ? 'thing is' : 'things are'} wrong.`);
}
