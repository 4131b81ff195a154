import { scheduleSentence, rangeSentence } from '../domain/schedule-sentence.ts';
import type { ArchiveRequest } from '../pipeline/archive.ts';
import type { Signer } from '../pipeline/signature.ts';
import type { RunSettings } from '../records/run-settings.ts';
import { type ManifestFacts, makeManifest } from './make-manifest.ts';
import { makeReport, type ReportSettings } from './make-report.ts';

/** What stands in an archive beside its data: the report for people, the manifest for machines, and its signature. */
export function describeArchive(
  facts: Omit<ManifestFacts, 'part'>,
  settings: ReportSettings,
  signer: Signer,
): Pick<ArchiveRequest, 'report' | 'manifest' | 'sign'> {
  return {
    report: (entries, part) => makeReport({ ...facts, part }, settings, entries),
    manifest: (entries, part) => makeManifest({ ...facts, part }, signer.signedBy, entries),
    sign: (bytes) => signer.sign(bytes),
  };
}

/** The settings of a run as its report tells them; none for a run of before they were kept. */
export function settingsInWords(settings: RunSettings | null, now: Date): ReportSettings {
  if (settings === null) return [];
  const { description, run, range, timeZone, version, recipients } = settings;
  return [
    ...(description === '' ? [] : [['Description', description] as const]),
    ['Schedule', scheduleSentence(run, timeZone, now.getTime())],
    ['Time zone', timeZone],
    ['Date range', rangeSentence(range, timeZone)],
    ['Recipients', recipients.map((one) => one.label).join(', ')],
    ['Version of the settings', String(version)],
  ];
}
