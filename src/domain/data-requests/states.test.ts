import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesData, ENDED, KINDS, MOVES, movesFrom, type RequestMove, type RequestStanding, type RequestState, STATES, whyNotMove } from './states.ts';

/** The table of moves, tried with every order of events: there is no way around approval, hold, delay and the check of identity. */

interface World {
  standing: RequestStanding;
  /** What came true, in order, since the request was made. */
  trail: RequestMove[];
}

const begin = (kind: RequestStanding['kind'], needsApproval: boolean): World => ({
  standing: {
    kind,
    state: 'received',
    isIdentityProved: false,
    isAmbiguous: false,
    isHeld: false,
    needsApproval,
    isApproved: false,
    isDelayOver: false,
    waitsForAccess: false,
    isTouched: false,
  },
  trail: [],
});

/** What the world around a request does without asking it. */
type Event =
  | RequestMove
  | 'officer_notes_identity'
  | 'hold_comes'
  | 'hold_goes'
  | 'time_passes'
  | 'second_person_agrees'
  | 'access_comes'
  | 'access_ends'
  | 'work_touches'
  | 'tenant_wants_approval';
const OUTSIDE = [
  'officer_notes_identity',
  'hold_comes',
  'hold_goes',
  'time_passes',
  'second_person_agrees',
  'access_comes',
  'access_ends',
  'work_touches',
  'tenant_wants_approval',
] as const;
/** They lead back; tried often enough as it is. */
const BACK: readonly RequestMove[] = ['held', 'found_several', 'found_held', 'identity_proved'];
const EVENTS: readonly Event[] = [...(Object.keys(MOVES) as RequestMove[]), ...OUTSIDE];

function happen(world: World, event: Event): void {
  world.standing = { ...world.standing, ...changeBy(world, event) };
}

function changeBy({ standing, trail }: World, event: Event): Partial<RequestStanding> {
  switch (event) {
    case 'officer_notes_identity':
      return { isIdentityProved: true };
    case 'hold_comes':
      return { isHeld: true };
    case 'hold_goes':
      return { isHeld: false };
    case 'access_comes':
      return { waitsForAccess: true };
    case 'access_ends':
      return { waitsForAccess: false };
    case 'tenant_wants_approval':
      return { needsApproval: true };
    case 'work_touches':
      return { isTouched: standing.isTouched || standing.state === 'running' };
    case 'time_passes':
      return { isDelayOver: standing.state === 'waiting' };
    case 'second_person_agrees':
      // Agreement is to what discovery showed: it is given while that lies open, and gone when discovery begins anew.
      return standing.state === 'approval' ? { isApproved: true } : standing.state === 'ambiguous' ? { isAmbiguous: false } : {};
    default: {
      if (whyNotMove(standing, event) !== null) return {};
      trail.push(event);
      const state = MOVES[event].to;
      const anew = { ...(state === 'discovery' && { isApproved: false }), ...(state !== 'running' && { isDelayOver: false }) };
      return { state, ...anew, ...(event === 'found_several' && { isAmbiguous: true }) };
    }
  }
}

/** The part of the trail since discovery began last. */
const sinceDiscovery = (trail: readonly RequestMove[]) => trail.slice(trail.findLastIndex((move) => MOVES[move].to === 'discovery'));

describe('the moves of a request', () => {
  it.each(KINDS.flatMap((kind) => [true, false].map((needs) => [kind, needs] as const)))(
    'of kind %s, approval needed: %s, never lead around a safeguard',
    (kind, needsApproval) => {
      let ran = 0;
      fc.assert(
        fc.property(fc.noBias(fc.array(fc.integer({ min: 0, max: 2 ** 30 }), { minLength: 5, maxLength: 160, size: 'max' })), (choices) => {
          const world = begin(kind, needsApproval);
          for (const choice of choices) {
            const before = world.standing;
            // Mostly what leads on, or sequences would hardly leave the first states.
            const onward = movesFrom(before.state).filter((one) => !ENDED.includes(MOVES[one].to) && whyNotMove(before, one) === null);
            const events: readonly Event[] =
              choice % 12 === 0 ? EVENTS : [...onward, ...OUTSIDE, ...onward.filter((one) => !BACK.includes(one)).flatMap((one) => [one, one, one])];
            happen(world, events[Math.floor(choice / 12) % events.length] as Event);
            const { standing } = world;
            if (ENDED.includes(before.state)) expect(standing.state).toBe(before.state);
            if (standing.state !== 'running' || before.state === 'running') continue;
            ran += 1;
            expect(before.isIdentityProved).toBe(true);
            expect(before.isAmbiguous).toBe(false);
            const trail = sinceDiscovery(world.trail);
            // Who had to agree when the work began; what came later stops no work.
            if (needsApproval || (before.needsApproval && before.state !== 'verified')) {
              expect(before.isApproved).toBe(true);
              expect(trail).toContain('approved');
            }
            if (changesData(kind)) expect(trail).toContain('delay_over');
            // Found again: what was agreed to goes on.
            if (!changesData(kind) || before.state === 'verified') continue;
            expect(before.isHeld).toBe(false);
            expect(before.isDelayOver).toBe(true);
            expect(before.waitsForAccess).toBe(false);
          }
        }),
        { numRuns: 1_000, seed: 8 },
      );
      // The safeguards were passed, not only never reached.
      expect(ran).toBeGreaterThan(10);
    },
  );

  it('run nowhere from an end, and reach every state from the first', () => {
    for (const state of ENDED) expect(movesFrom(state), state).toEqual([]);
    const reached = new Set<RequestState>(['received']);
    for (let size = 0; size < reached.size; ) {
      size = reached.size;
      for (const state of [...reached]) for (const move of movesFrom(state)) reached.add(MOVES[move].to);
    }
    expect([...reached].sort()).toEqual([...STATES].sort());
  });

  it('can be stopped or refused until something was changed, and never after', () => {
    const { standing } = begin('erasure', true);
    for (const state of STATES)
      for (const move of ['stopped', 'refused'] as const) {
        expect(whyNotMove({ ...standing, state }, move), `${state} ${move}`).toBe(ENDED.includes(state) ? 'state' : null);
        expect(whyNotMove({ ...standing, state, isTouched: true }, move), `${state} ${move}`).toBe(ENDED.includes(state) ? 'state' : 'untouched');
      }
  });

  it('that change data pass by the delay, also where nobody has to approve, and those that show need not', () => {
    const proved = { ...begin('erasure', false).standing, state: 'discovery', isIdentityProved: true } as const;
    expect(whyNotMove(proved, 'found_to_show')).toBe('only_shows');
    expect(whyNotMove(proved, 'found_unapproved')).toBeNull();
    expect(whyNotMove({ ...proved, kind: 'access' }, 'found_to_show')).toBeNull();
    // Who asks to see is answered also when nothing is held.
    expect(whyNotMove(proved, 'found_nothing')).toBeNull();
    expect(whyNotMove({ ...proved, kind: 'access' }, 'found_nothing')).toBe('changes_data');
    // A hold keeps data; it hides nothing.
    expect(whyNotMove({ ...proved, kind: 'access', isHeld: true }, 'found_to_show')).toBeNull();
    expect(whyNotMove({ ...proved, isHeld: true }, 'found_unapproved')).toBe('no_hold');
    // Who waits unapproved is asked about when the tenant wants approvals meanwhile; who is approved is not asked about again.
    const waiting = { ...proved, state: 'waiting', needsApproval: true, isDelayOver: true } as const;
    expect([whyNotMove(waiting, 'delay_over'), whyNotMove(waiting, 'approval_asked')]).toEqual(['approved', null]);
    expect(whyNotMove({ ...waiting, isApproved: true }, 'approval_asked')).toBe('unapproved');
  });
});
