import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrivateKey } from '../../src/pipeline/primitives.ts';
import { verifyFiles } from '../../src/pipeline/verify-files.ts';
import type { RunFolder } from './run-folder.ts';

/** Changes a folder of runs in one place at a time and asks `udm verify`: what it does not find is told. */

export interface CampaignResult {
  readonly count: number;
  /** How often each kind was tried. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Mutations that nobody noticed. */
  readonly missed: readonly string[];
}

interface Mutation {
  readonly kind: string;
  readonly text: string;
  /** Files to write, or to take away. */
  readonly changes: ReadonlyMap<string, Buffer | null>;
}

type Next = (below: number) => number;

/** A small generator that gives the same numbers for the same seed (mulberry32). */
export function numbersOf(seed: number): Next {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** The private key, and the public key of the installation, which the reader has from there. */
export interface Keys {
  readonly key: PrivateKey;
  readonly trustedKeys: ReadonlySet<string>;
}

/** Changes files in one place and asks `udm verify` about each alone, without any run manifest: only the keys tell. */
export async function mutateAlone({ path, files }: RunFolder, count: number, seed: number, { key, trustedKeys }: Keys): Promise<CampaignResult> {
  const next = numbersOf(seed);
  const kinds: Record<string, number> = {};
  const missed: string[] = [];
  const archives = new Map([...files].filter(([name]) => name.endsWith('.p7m')));
  const alone = join(path, 'alone.zip.p7m');
  for (let index = 0; index < count; index += 1) {
    const { kind, text, changes } = changeByte(archives, next);
    const [bytes] = changes.values();
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    writeFileSync(alone, bytes as Buffer);
    const { findings } = await verifyFiles({ paths: [alone], key, trustedKeys });
    if (findings.length === 0) missed.push(text);
  }
  rmSync(alone, { force: true });
  return { count, kinds, missed };
}

/** With the private key files are opened, too, which takes longer. */
export async function mutate(folder: RunFolder, count: number, seed: number, key?: PrivateKey): Promise<CampaignResult> {
  const next = numbersOf(seed);
  const kinds: Record<string, number> = {};
  const missed: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const mutation = chooseMutation(folder, next);
    kinds[mutation.kind] = (kinds[mutation.kind] ?? 0) + 1;
    if (mutation.changes.size === 0) throw new Error(`${mutation.text} changes nothing`);
    apply(folder, mutation.changes);
    const { findings } = await verifyFiles({ paths: [folder.path], key, wholeChain: true });
    if (findings.length === 0) missed.push(mutation.text);
    restore(folder, mutation.changes);
  }
  return { count, kinds, missed };
}

/** Eight of nine change one byte; the ninth moves whole files about. */
function chooseMutation(folder: RunFolder, next: Next): Mutation {
  return next(9) > 0 ? changeByte(folder.files, next) : moveFiles(folder, next);
}

function changeByte(files: RunFolder['files'], next: Next): Mutation {
  const [name, bytes] = pick([...files], next);
  const at = next(bytes.length);
  const kind = pick(['flip', 'cut', 'repeat', 'end', 'insert'] as const, next);
  const byte = bytes[at] as number;
  const head = bytes.subarray(0, at);
  const tail = bytes.subarray(at + 1);
  const made = {
    flip: () => Buffer.concat([head, Buffer.from([byte ^ (1 + next(255))]), tail]),
    cut: () => Buffer.concat([head, tail]),
    repeat: () => Buffer.concat([head, Buffer.from([byte, byte]), tail]),
    end: () => head,
    insert: () => Buffer.concat([head, Buffer.from([next(256)]), bytes.subarray(at)]),
  }[kind]();
  return { kind, text: `${kind} ${name} at ${at}`, changes: new Map([[name, made]]) };
}

function moveFiles({ files }: RunFolder, next: Next): Mutation {
  const kind = pick(['remove', 'swap', 'rename', 'run left out', 'copy'] as const, next);
  const names = [...files.keys()];
  const [one, two] = [pick(names, next), pick(names, next)];
  const other = two === one ? (names[(names.indexOf(one) + 1) % names.length] as string) : two;
  const run = `22222222-2222-4222-8222-22222222222${next(2)}`;
  const bytes = (name: string) => files.get(name) as Buffer;
  const changes = {
    'remove': () => [[one, null]] as const,
    'swap': () =>
      [
        [one, bytes(other)],
        [other, bytes(one)],
      ] as const,
    'rename': () =>
      [
        [one, null],
        [`x${one}`, bytes(one)],
      ] as const,
    // Of one of the runs before the last everything, files and manifests: the chain alone tells.
    'run left out': () => names.filter((name) => name.startsWith(run)).map((name) => [name, null] as const),
    'copy': () =>
      [
        [
          `y${pick(
            names.filter((name) => name.endsWith('.p7m')),
            next,
          )}`,
          bytes(names.find((name) => name.endsWith('.p7m')) as string),
        ],
      ] as const,
  }[kind]();
  return { kind, text: `${kind} ${one} ${other}`, changes: new Map<string, Buffer | null>(changes as never) };
}

function pick<T>(from: readonly T[], next: Next): T {
  return from[next(from.length)] as T;
}

function apply({ path }: RunFolder, changes: Mutation['changes']): void {
  for (const [name, bytes] of changes) bytes === null ? rmSync(join(path, name)) : writeFileSync(join(path, name), bytes);
}

function restore({ path, files }: RunFolder, changes: Mutation['changes']): void {
  for (const name of changes.keys()) {
    const before = files.get(name);
    before ? writeFileSync(join(path, name), before) : rmSync(join(path, name));
  }
}
