import { describe, expect, it } from 'vitest';
import { type Stage, stagesOf } from './stages.ts';

const erasure = { kind: 'erasure', needsApproval: true, people: 1, identityNote: 'seen', approvals: [] } as const;

function with_(state: 'was' | 'is' | 'comes' | 'skipped', stages: ReturnType<typeof stagesOf>): Stage[] {
  return stages.filter(([, is]) => is === state).map(([stage]) => stage);
}

describe('the stages of a request', () => {
  it('are behind, at or before where it stands', () => {
    const stages = stagesOf({ ...erasure, state: 'approval' });
    expect(with_('was', stages)).toEqual(['received', 'identity', 'discovery']);
    expect(with_('is', stages)).toEqual(['approval']);
    expect(with_('comes', stages)).toEqual(['waiting', 'running', 'verified', 'done']);
    expect(with_('was', stagesOf({ ...erasure, state: 'done' }))).toHaveLength(8);
  });

  it('leave out what an access request does not need', () => {
    expect(with_('skipped', stagesOf({ ...erasure, kind: 'access', needsApproval: false, state: 'running' }))).toEqual(['approval', 'waiting']);
  });

  it('end where it was refused or stopped', () => {
    const stages = stagesOf({ ...erasure, people: null, state: 'refused' });
    expect(with_('was', stages)).toEqual(['received', 'identity']);
    expect(with_('is', stages)).toEqual([]);
    expect(with_('comes', stages)).toEqual([]);
  });
});
