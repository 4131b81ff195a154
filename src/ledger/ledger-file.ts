import { hkdfSync } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { ledgerLine, readLedgerLines } from '../domain/data-requests/ledger-line.ts';
import { CodedError } from '../errors.ts';
import { addText, textOfAdded } from '../lib/added-file.ts';
import type { Ledger } from './ledger.ts';

const FILE = 'erasure-ledger.jsonl';

/**
 * The ledger in `erasure-ledger.jsonl` of the folder, keyed with a key of its own from the master key. `dataFolder` may not hold it: what is
 * restored must not bring an older ledger with it. Error: `ledger.inside_data`.
 */
export async function openLedgerFile(folder: string, dataFolder: string, masterKey: Uint8Array): Promise<Ledger> {
  const inside = path.relative(await realPlace(dataFolder), await realPlace(folder));
  if (!inside.startsWith('..') && !path.isAbsolute(inside)) throw new CodedError('ledger.inside_data', { value: folder });
  const file = path.join(folder, FILE);
  const key = Buffer.from(hkdfSync('sha256', masterKey, '', 'udm erasure ledger', 32));
  const textOf = async () => {
    try {
      return await textOfAdded(file);
    } catch (cause) {
      throw new CodedError('ledger.unreadable', { value: file, cause });
    }
  };
  return {
    place: file,
    read: async () => readLedgerLines(key, await textOf()),
    async append(given, mayFollow) {
      const text = await textOf();
      const read = readLedgerLines(key, text);
      const { entries, badLines, mark: before } = read;
      if (badLines.length > 0) throw new CodedError('ledger.changed', { value: badLines });
      mayFollow(read);
      const entry = { ...given, seq: (entries.at(-1)?.seq ?? 0) + 1 };
      const { line, mark } = ledgerLine(key, before, entry);
      // What a stop left half gets its end first.
      const end = text === '' || text.endsWith('\n') ? '' : '\n';
      try {
        await addText(file, `${end}${line}\n`);
      } catch (cause) {
        throw new CodedError('ledger.unwritable', { value: file, cause });
      }
      return { ...entry, mark };
    },
  };
}

/** Links followed as far as the folder exists. */
async function realPlace(folder: string): Promise<string> {
  const whole = path.resolve(folder);
  try {
    return await realpath(whole);
  } catch {
    const parent = path.dirname(whole);
    return parent === whole ? whole : path.join(await realPlace(parent), path.basename(whole));
  }
}
