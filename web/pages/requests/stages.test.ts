import { describe, expect, it } from 'vitest';
import { type Stage, type StageState, stagesOf } from './stages.ts';

const erasure = { kind: 'erasure', needsApproval: true, people: 1, identityNote: 'seen', endReason: null, approvals: [] } as const;

function with_(state: StageState, stages: ReturnType<typeof stagesOf>): Stage[] {
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

  it('do not claim that what was ended in part was verified', () => {
    const stages = stagesOf({ ...erasure, endReason: 'The source is gone.', state: 'done' });
    expect(with_('left', stages)).toEqual(['verified']);
    expect(with_('was', stages)).toHaveLength(7);
  });

  it('end where it was refused or stopped', () => {
    const stages = stagesOf({ ...erasure, people: null, state: 'refused' });
    expect(with_('was', stages)).toEqual(['received', 'identity']);
    expect(with_('is', stages)).toEqual([]);
    expect(with_('comes', stages)).toEqual([]);
    expect(with_('skipped', stages)).toEqual([]);
    expect(with_('unreached', stages)).toEqual(['discovery', 'approval', 'waiting', 'running', 'verified', 'done']);
  });
});
