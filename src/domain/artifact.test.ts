import { describe, expect, it } from 'vitest';
import { artifactState, bundleNames, remainingDays } from './artifact.ts';

describe('the state of an artifact', () => {
  const expiresAt = new Date('2026-03-31T10:00:00.000Z');
  it.each([
    ['a millisecond before expiry', null, '2026-03-31T09:59:59.999Z', 'available', 1],
    ['at the instant of expiry', null, '2026-03-31T10:00:00.000Z', 'expired', 0],
    ['later', null, '2026-04-01T00:00:00Z', 'expired', 0],
    ['deleted in time', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z', 'deleted', 29],
    ['deleted and expired since', '2026-03-02T00:00:00Z', '2027-01-01T00:00:00Z', 'deleted', 0],
  ])('%s', (_name, deleted, now, state, days) => {
    const artifact = { expiresAt, deletedAt: deleted === null ? null : new Date(deleted), withdrawnFor: null };
    expect(artifactState(artifact, new Date(now))).toBe(state);
    if (deleted !== null) expect(artifactState({ ...artifact, withdrawnFor: 'other' }, new Date(now))).toBe('withdrawn');
    expect(remainingDays(expiresAt, new Date(now))).toBe(days);
  });
});

describe('names inside a bundle', () => {
  it('stay, and differ where they would not, also on file systems that do not tell case apart', () => {
    expect(bundleNames(['a.zip.p7m', 'b.zip.p7m'])).toEqual(['a.zip.p7m', 'b.zip.p7m']);
    expect(bundleNames(['a.zip.p7m', 'a.zip.p7m', 'A.zip.p7m', 'a-2.zip.p7m'])).toEqual(['a.zip.p7m', 'a-2.zip.p7m', 'A-3.zip.p7m', 'a-2-2.zip.p7m']);
    expect(bundleNames(['x', 'x', '.y', '.y'])).toEqual(['x', 'x-2', '.y', '.y-2']);
  });
});
