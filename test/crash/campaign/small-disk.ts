import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** A file system of its own for the artifacts of an installation, small enough to be full at once. Only root may mount one. */

const BYTES = 32 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024);

export function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

export async function mountSmallDisk(folder: string): Promise<void> {
  // The account of the embedded PostgreSQL passes through the folder above.
  await mkdir(path.dirname(folder), { mode: 0o711 });
  await mkdir(folder, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${BYTES},mode=700`, 'tmpfs', folder]);
}

export function unmountSmallDisk(folder: string): void {
  execFileSync('umount', ['-l', folder]);
}

/** Until somebody makes room, nothing more can be written there. */
export function fillDisk(folder: string): void {
  const file = openSync(ballastOf(folder), 'w');
  try {
    for (;;) writeSync(file, CHUNK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

export async function makeRoom(folder: string): Promise<void> {
  await rm(ballastOf(folder), { force: true });
}

function ballastOf(folder: string): string {
  return path.join(folder, 'ballast');
}
