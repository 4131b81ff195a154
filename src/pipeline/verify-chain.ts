import type { ErrorCode } from '../errors.ts';
import type { RunManifest } from './run-manifest.ts';

/** One thing that is wrong. */
export interface Finding {
  readonly code: ErrorCode;
  /** File, or what of it. */
  readonly file: string;
  readonly detail?: unknown;
}

/** A run manifest that was read and whose signature fits. */
export interface ReadManifest {
  readonly file: string;
  readonly sha256: string;
  readonly manifest: RunManifest;
}

/**
 * The manifests of a job must follow each other without a gap: each names the one before it by its hash. That the newest ones were
 * taken away, all together with their files, cannot be seen offline. Those before the first one are asked for only with `whole`.
 */
export function checkChains(manifests: readonly ReadManifest[], whole: boolean): Finding[] {
  const jobs = new Map<string, ReadManifest[]>();
  for (const one of manifests) {
    const job = one.manifest.job.id;
    if (job !== null) jobs.set(job, [...(jobs.get(job) ?? []), one]);
  }
  return [...jobs.values()].flatMap((chain) => checkChain(chain, whole));
}

function checkChain(chain: readonly ReadManifest[], whole: boolean): Finding[] {
  const findings: Finding[] = [];
  const sorted = [...chain].sort((a, b) => a.manifest.chain.sequence - b.manifest.chain.sequence);
  let before: ReadManifest | null = null;
  for (const one of sorted) {
    const finding = before === null ? checkFirst(one, whole) : checkNext(before, one);
    if (finding) findings.push(finding);
    before = one;
  }
  return findings;
}

function checkFirst(one: ReadManifest, whole: boolean): Finding | null {
  const { sequence, previous } = one.manifest.chain;
  if ((sequence === 1) !== (previous === null)) return { code: 'verify.chain_broken', file: one.file };
  return whole && sequence > 1 ? { code: 'verify.chain_gap', file: one.file, detail: { missing: [1, sequence - 1] } } : null;
}

function checkNext(before: ReadManifest, one: ReadManifest): Finding | null {
  const { sequence, previous } = one.manifest.chain;
  const last = before.manifest.chain.sequence;
  // The same manifest in two folders is no fault.
  if (sequence === last) return one.sha256 === before.sha256 ? null : { code: 'verify.chain_fork', file: one.file, detail: { and: before.file } };
  if (sequence > last + 1) return { code: 'verify.chain_gap', file: one.file, detail: { missing: [last + 1, sequence - 1] } };
  const follows = previous !== null && previous.sha256 === before.sha256 && previous.run === before.manifest.run.id;
  return follows ? null : { code: 'verify.chain_broken', file: one.file, detail: { after: before.file } };
}
