import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CodedError } from '../errors.ts';

const READ_BYTES = 128 * 1024;

/** The bytes of a file, as they are. Throws `file.unreadable`, `file.too_many_open`. */
export async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) yield chunk as Uint8Array;
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) throw unreadable(file, cause);
    throw cause;
  }
}

/** Length in bytes. Throws `file.unreadable`. */
export async function lengthOf(file: string): Promise<number> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return size;
}

function unreadable(value: string, cause: unknown): CodedError {
  return new CodedError(isTooManyOpen(cause) ? 'file.too_many_open' : 'file.unreadable', { value, cause });
}

/** Whether it is not about this file at all: this process, or the machine, has as many files open as it may. */
export function isTooManyOpen(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'EMFILE' || cause.code === 'ENFILE');
}
