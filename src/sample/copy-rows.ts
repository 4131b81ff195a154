import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const CHUNK_CHARACTERS = 256 * 1024;

/** Streams rows into a table of this transaction and waits whenever the server is slower than we are; returns how many went. */
export async function copyRows(client: pg.Client, table: string, rows: Iterable<string>, onSent: (rows: number) => void = () => undefined): Promise<number> {
  // FREEZE: the table is of this transaction, so rows need no second visit by a later vacuum.
  const stream = client.query(copyFrom(`COPY ${table} FROM STDIN WITH (FREEZE)`));
  const done = finished(stream);
  done.catch(() => undefined);
  let sent = 0;
  let chunk = '';
  const flush = async (): Promise<void> => {
    const taken = stream.write(Buffer.from(chunk, 'utf8'));
    chunk = '';
    onSent(sent);
    if (!taken) await Promise.race([once(stream, 'drain'), done]);
  };
  for (const row of rows) {
    chunk += `${row}\n`;
    sent += 1;
    if (chunk.length >= CHUNK_CHARACTERS) await flush();
  }
  if (chunk !== '') await flush();
  stream.end();
  await done;
  return sent;
}
