import type { When } from '../../support/watched-worker.ts';

/** What is done to a worker, and what is told of it. */

/**
 * Where in the life of an erasure. begin: an erasure before it is in the ledger. ledger: it is, and nothing is changed yet. change: from the first
 * change of the source on. withdraw: an export is taken away. receipt: from the last line of the ledger to the end of the key. advance: what moves
 * requests on. export: a run.
 */
export const POINTS = ['person', 'discovery', 'begin', 'ledger', 'change', 'research', 'withdraw', 'receipt', 'advance', 'export'] as const;
export type Point = (typeof POINTS)[number];

/** The worker kills itself at the thing it does there after so many others. */
export interface Strike {
  readonly point: Point;
  readonly skip: number;
  readonly when: When;
}

/** From the campaign to a worker; null: nothing. */
export interface Order {
  readonly strike: Strike | null;
}

/** From a worker to the campaign. */
export type Report = { readonly kind: 'ready' } | { readonly kind: 'struck'; readonly point: Point; readonly event: string };

/** What a worker is at, of which all its acts are known: `lasting` is the point that goes on, until another begins. */
export interface Act {
  readonly phase: string;
  lasting: Point;
}

const FIRST: Readonly<Record<string, Point>> = { person: 'person', discovery: 'discovery', erase: 'begin', research_1: 'research', research_2: 'research' };

export function newAct(phase: string): Act {
  return { phase, lasting: FIRST[phase] ?? (phase === 'export' ? 'export' : 'advance') };
}

/** The point that the event belongs to. */
export function pointOf(event: string, act: Act): Point {
  if (act.phase !== 'export' && /^storage:|update "artifact"|data_request_artifact/.test(event)) return 'withdraw';
  if (event === 'ledger:append') act.lasting = act.phase === 'erase' ? 'ledger' : 'receipt';
  else if (act.phase === 'erase' && event.startsWith('source:COMMIT; RESET')) act.lasting = 'change';
  else if (act.phase === 'advance' && event === 'sql:begin') act.lasting = 'advance';
  return event === 'keys:destroy' ? 'receipt' : act.lasting;
}
