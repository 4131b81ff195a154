import type { EntrySummary } from '../pipeline/archive.ts';
import { ARCHIVE_FORMAT } from '../pipeline/manifest.ts';
import type { SignedBy } from '../pipeline/primitives.ts';

export interface ManifestFacts {
  readonly udmVersion: string;
  readonly createdAt: string;
  readonly run: { readonly id: string; readonly attempt: number; readonly scheduledAt: string };
  readonly job: { readonly id: string | null; readonly title: string };
  readonly source: string;
  readonly type: string;
  readonly entityTypes: readonly string[] | null;
  readonly window: { readonly from: string | null; readonly to: string | null };
  /** Of a run of a chain whose source tells when rows arrived: what arrived in [from, to); from null is the first run. */
  readonly arrival?: { readonly from: string | null; readonly to: string } | null | undefined;
  /** SHA-256 fingerprints of the recipients' certificates. */
  readonly recipients: readonly string[];
  /** `of` is null where the number of parts is not known yet. */
  readonly part: { readonly number: number; readonly of: number | null };
}

/** The text of `manifest.json`: what the archive holds and where it came from (docs/formats/artifact.md). */
export function makeManifest(facts: ManifestFacts, signedBy: SignedBy, entries: readonly EntrySummary[]): Record<string, unknown> {
  const counted = entries.filter((entry) => entry.rows !== null);
  return {
    format: ARCHIVE_FORMAT,
    signedBy,
    udmVersion: facts.udmVersion,
    createdAt: facts.createdAt,
    run: facts.run,
    job: facts.job,
    source: facts.source,
    type: facts.type,
    entityTypes: facts.entityTypes ?? 'all',
    window: facts.window,
    arrival: facts.arrival ?? null,
    recipients: facts.recipients,
    part: facts.part,
    totals: {
      rows: counted.reduce((sum, entry) => sum + (entry.rows ?? 0), 0),
      bytes: counted.reduce((sum, entry) => sum + entry.bytes, 0),
    },
    entries,
  };
}
