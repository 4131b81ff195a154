/** Names and life of artifacts. Names come from ids and catalogs, never from what a user typed. */

interface ArtifactNameParts {
  readonly source: string;
  readonly type: string;
  readonly window: { readonly from: string | null; readonly to: string | null };
  readonly runId: string;
  readonly part: number;
  readonly parts: number;
}

/** `<source>-<type>-<from>_<to>-<run>.zip.p7m`, with `-p0001` before the ending when a run has several parts. */
export function artifactName(parts: ArtifactNameParts): string {
  const window = `${compact(parts.window.from) ?? 'beginning'}_${compact(parts.window.to) ?? 'end'}`;
  const part = parts.parts > 1 ? `-p${String(parts.part).padStart(4, '0')}` : '';
  return `${plain(parts.source)}-${plain(parts.type)}-${window}-${parts.runId}${part}.zip.p7m`;
}

/** The manifest of a run lies beside its files, with the name that they share. */
export function manifestName(parts: Omit<ArtifactNameParts, 'part' | 'parts'>): string {
  return artifactName({ ...parts, part: 1, parts: 1 }).replace(/\.zip\.p7m$/, '.manifest.json');
}

/** Names that differ, also where case does not count: a name that is there already gets `-2`, `-3` … before its ending. */
export function bundleNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const [, stem = name, ending = ''] = /^(.+?)((?:\.[^.]+){1,2})$/.exec(name) ?? [];
    let unique = name;
    for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = `${stem}-${count}${ending}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** Where the object of one attempt rests: attempts never write over each other. */
export function objectKey(tenantId: string, runId: string, attempt: number, part: number): string {
  return `${tenantId}/${runId}/a${attempt}-p${String(part).padStart(4, '0')}.zip.p7m`;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const OBJECT_KEY = new RegExp(`^(${UUID})/(${UUID})/a(\\d+)-p(\\d{4,})\\.zip\\.p7m$`);

/** What an object is of, by its key; null for a key that UDM does not make. */
export function placeOfObject(key: string): { readonly tenantId: string; readonly runId: string; readonly attempt: number; readonly part: number } | null {
  const [, tenantId, runId, attempt, part] = OBJECT_KEY.exec(key) ?? [];
  return tenantId === undefined || runId === undefined ? null : { tenantId, runId, attempt: Number(attempt), part: Number(part) };
}

export type ArtifactState = 'available' | 'expired' | 'deleted' | 'withdrawn';

/** Why an artifact is taken back. */
export type WithdrawalReason = 'wrong_data' | 'wrong_recipient' | 'person_erased' | 'person_corrected' | 'other';

/** It was taken back because of a person in it, and not because it should not have been made. */
export function isWithdrawnForPerson({ withdrawnFor }: { readonly withdrawnFor: WithdrawalReason | null }): boolean {
  return withdrawnFor === 'person_erased' || withdrawnFor === 'person_corrected';
}

interface ArtifactLife {
  readonly expiresAt: Date;
  readonly deletedAt: Date | null;
  readonly withdrawnFor: WithdrawalReason | null;
}

/** How an artifact stands: nothing of it is served from its instant of expiry on, or once somebody deleted it or took it back. */
export function artifactState(artifact: ArtifactLife, now: Date): ArtifactState {
  if (artifact.deletedAt !== null) return artifact.withdrawnFor === null ? 'deleted' : 'withdrawn';
  return artifact.expiresAt > now ? 'available' : 'expired';
}

/** Whole days until expiry, counting a begun day as one; 0 from the instant of expiry. */
export function remainingDays(expiresAt: Date, now: Date): number {
  return Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / 86_400_000));
}

function compact(instant: string | null): string | null {
  return instant === null ? null : `${instant.slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 40) || 'x';
}
