import type { DataRequestView } from '../../../src/contract/data-request.ts';

export const STAGES = ['received', 'identity', 'discovery', 'approval', 'waiting', 'running', 'verified', 'done'] as const;
export type Stage = (typeof STAGES)[number];
export type StageState = 'was' | 'is' | 'comes' | 'skipped' | 'unreached' | 'left';

type Standing = Pick<DataRequestView, 'state' | 'kind' | 'needsApproval' | 'people'> & {
  readonly identityNote: string | null;
  readonly endReason: string | null;
  readonly approvals: readonly unknown[];
};

const AT: Readonly<Record<Exclude<DataRequestView['state'], 'refused' | 'stopped'>, Stage>> = {
  received: 'received',
  identity_check: 'identity',
  discovery: 'discovery',
  ambiguous: 'discovery',
  blocked: 'approval',
  approval: 'approval',
  waiting: 'waiting',
  running: 'running',
  verified: 'verified',
  done: 'done',
};

/** Where a request stands among its stages. Of one that was refused or stopped, what it had come to. */
export function stagesOf(request: Standing): readonly (readonly [Stage, StageState])[] {
  const { state } = request;
  const isCutShort = state === 'refused' || state === 'stopped';
  const at = STAGES.indexOf(isCutShort ? lastBeforeEnd(request) : AT[state]);
  return STAGES.map((stage, index): readonly [Stage, StageState] => {
    if (isCutShort && index > at) return [stage, 'unreached'];
    if (isSkipped(stage, request)) return [stage, 'skipped'];
    if (stage === 'verified' && isEndedInPart(request)) return [stage, 'left'];
    if (isCutShort) return [stage, 'was'];
    if (index === at) return [stage, state === 'done' ? 'was' : 'is'];
    return [stage, index < at ? 'was' : 'comes'];
  });
}

/** Not brought to its end in every source: a person said why, and nobody looked whether all of it is done. */
export function isEndedInPart({ state, endReason }: Pick<Standing, 'state' | 'endReason'>): boolean {
  return state === 'done' && endReason !== null;
}

/** Nobody has to agree to it, or nothing is changed that one could want to stop. */
function isSkipped(stage: Stage, { needsApproval, kind, state }: Standing): boolean {
  if (stage === 'approval') return !needsApproval && state !== 'blocked' && state !== 'approval';
  return stage === 'waiting' && kind === 'access' && state !== 'waiting';
}

function lastBeforeEnd({ people, identityNote, approvals }: Standing): Stage {
  if (approvals.length > 0) return 'approval';
  if (people !== null) return 'discovery';
  return identityNote === null ? 'received' : 'identity';
}
