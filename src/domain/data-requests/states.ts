/**
 * The states of a data request and every move between them, as one table. What no line allows does not happen; what a line needs is looked at
 * in the transaction that moves.
 */

export const KINDS = ['access', 'erasure', 'rectification'] as const;
export type RequestKind = (typeof KINDS)[number];

export const STATES = [
  'received',
  'identity_check',
  'discovery',
  'ambiguous',
  'blocked',
  'approval',
  'waiting',
  'running',
  'verified',
  'done',
  'refused',
  'stopped',
] as const;
export type RequestState = (typeof STATES)[number];

/** Nothing comes after these. */
export const ENDED: readonly RequestState[] = ['done', 'refused', 'stopped'];
/** What the work has not begun of. */
const UNDONE = ['received', 'identity_check', 'discovery', 'ambiguous', 'blocked', 'approval', 'waiting'] as const;

/** What the moves look at. */
export interface RequestStanding {
  readonly kind: RequestKind;
  readonly state: RequestState;
  /** An officer noted how the identity of the person was proved. */
  readonly isIdentityProved: boolean;
  /** Discovery found more than one person, and nobody has confirmed that all of them are meant. */
  readonly isAmbiguous: boolean;
  /** A legal hold is on the person. */
  readonly isHeld: boolean;
  /** Another person must agree. */
  readonly needsApproval: boolean;
  readonly isApproved: boolean;
  /** The time in which any officer can stop it is over. */
  readonly isDelayOver: boolean;
  /** An earlier access request of the same person is to be answered first. */
  readonly waitsForAccess: boolean;
  /** Something was changed for it, or is ready to be handed out. */
  readonly isTouched: boolean;
}

type Need =
  | 'identity'
  | 'clear'
  | 'no_hold'
  | 'only_shows'
  | 'changes_data'
  | 'approval_needed'
  | 'no_approval_needed'
  | 'approved'
  | 'unapproved'
  | 'delay'
  | 'access_first'
  | 'touched'
  | 'untouched';

const NEEDS: Readonly<Record<Need, (standing: RequestStanding) => boolean>> = {
  identity: (one) => one.isIdentityProved,
  clear: (one) => !one.isAmbiguous,
  no_hold: (one) => !one.isHeld || !changesData(one.kind),
  only_shows: (one) => !changesData(one.kind),
  changes_data: (one) => changesData(one.kind),
  approval_needed: (one) => one.needsApproval,
  no_approval_needed: (one) => !one.needsApproval,
  approved: (one) => one.isApproved || !one.needsApproval,
  unapproved: (one) => !one.isApproved,
  delay: (one) => one.isDelayOver,
  access_first: (one) => !one.waitsForAccess,
  touched: (one) => one.isTouched,
  untouched: (one) => !one.isTouched,
};

/** What a legal hold stops: it keeps data as they are, and who asks to see them may. */
export function changesData(kind: RequestKind): boolean {
  return kind !== 'access';
}

interface Move {
  readonly from: readonly RequestState[];
  readonly to: RequestState;
  readonly needs: readonly Need[];
}

const TABLE = {
  identity_asked: { from: ['received'], to: 'identity_check', needs: [] },
  // From discovery: it failed, and begins anew.
  identity_proved: { from: ['received', 'identity_check', 'discovery'], to: 'discovery', needs: ['identity'] },
  // What discovery found
  found_several: { from: ['discovery'], to: 'ambiguous', needs: ['identity'] },
  found_held: { from: ['discovery'], to: 'blocked', needs: ['identity'] },
  found: { from: ['discovery'], to: 'approval', needs: ['identity', 'clear', 'no_hold', 'approval_needed'] },
  found_to_show: { from: ['discovery'], to: 'running', needs: ['identity', 'clear', 'only_shows', 'no_approval_needed'] },
  found_unapproved: { from: ['discovery'], to: 'waiting', needs: ['identity', 'clear', 'no_hold', 'changes_data', 'no_approval_needed'] },
  // Who asks to see is answered also when nothing is held.
  found_nothing: { from: ['discovery'], to: 'verified', needs: ['identity', 'clear', 'no_hold', 'changes_data'] },
  // What is asked again
  identifiers_added: { from: ['ambiguous'], to: 'discovery', needs: ['identity'] },
  ambiguity_confirmed: { from: ['ambiguous'], to: 'discovery', needs: ['identity', 'clear'] },
  held: { from: ['approval', 'waiting'], to: 'blocked', needs: [] },
  hold_released: { from: ['blocked'], to: 'discovery', needs: ['identity', 'no_hold'] },
  // What a second person decides
  approved: { from: ['approval'], to: 'waiting', needs: ['identity', 'clear', 'no_hold', 'approved'] },
  // It waits because nobody had to agree, and since then somebody has to.
  approval_asked: { from: ['waiting'], to: 'approval', needs: ['approval_needed', 'unapproved'] },
  delay_over: { from: ['waiting'], to: 'running', needs: ['identity', 'clear', 'no_hold', 'approved', 'delay', 'access_first'] },
  // What the work came to
  work_done: { from: ['running'], to: 'verified', needs: ['identity'] },
  // What was agreed to goes on until nothing is left. Where nothing was found, nobody agreed to anything: what turns up later is looked at like at first.
  found_again: { from: ['verified'], to: 'running', needs: ['identity', 'touched'] },
  found_late: { from: ['verified'], to: 'discovery', needs: ['identity', 'changes_data', 'untouched'] },
  research_done: { from: ['verified'], to: 'done', needs: ['identity'] },
  // The rest cannot be done.
  ended_in_part: { from: ['running', 'verified'], to: 'done', needs: ['identity', 'changes_data', 'touched'] },
  // Also when the work stands still before its first change.
  refused: { from: [...UNDONE, 'running', 'verified'], to: 'refused', needs: ['untouched'] },
  stopped: { from: [...UNDONE, 'running', 'verified'], to: 'stopped', needs: ['untouched'] },
} as const satisfies Readonly<Record<string, Move>>;

export type RequestMove = keyof typeof TABLE;
export const MOVES: Readonly<Record<RequestMove, Move>> = TABLE;

/** Why the move is not made: it is none of this state, or what it needs is not there; null: it can be. */
export function whyNotMove(standing: RequestStanding, move: RequestMove): 'state' | Need | null {
  const { from, needs } = MOVES[move];
  if (!from.includes(standing.state)) return 'state';
  return needs.find((need) => !NEEDS[need](standing)) ?? null;
}

/** The moves that lead away from a state. */
export function movesFrom(state: RequestState): RequestMove[] {
  return (Object.keys(MOVES) as RequestMove[]).filter((move) => MOVES[move].from.includes(state));
}
