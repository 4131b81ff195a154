import { RUN_SORTS } from '../contract/run-list.ts';
import type { PageView } from '../contract/page.ts';
import type { RunView } from '../contract/run.ts';
import { type Action, type Actor, may, requirePermission, visibleCatalogs } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { inTenant, type Tx } from '../records/database.ts';
import { listRuns, type RunFilter } from '../records/run-list.ts';
import { type RunRecord, readRun } from '../records/runs.ts';
import { type ListQuery, openList } from './open-list.ts';
import { presentRun } from './present.ts';
import type { Services } from './services.ts';

/** Runs of the sources the actor may see, a page at a time. Error: `cursor.invalid`. */
export async function listRunsFor(services: Services, actor: Actor, query: RunFilter & ListQuery): Promise<PageView<RunView>> {
  requirePermission(actor, 'exports.see');
  const list = openList(services, actor, 'runs', query, RUN_SORTS, usualSort(query));
  return inTenant(services.database, actor.tenantId, async (tx) => {
    const page = await listRuns(tx, actor.tenantId, visibleCatalogs(actor), query, list.request);
    return list.show({ ...page, items: page.items.map(presentRun) });
  });
}

/** One run. Error: `not_found`. */
export async function getRun(services: Services, actor: Actor, id: string): Promise<RunView> {
  requirePermission(actor, 'exports.see');
  return inTenant(services.database, actor.tenantId, (tx) => presentStoredRun(tx, actor, id));
}

export async function presentStoredRun(tx: Tx, actor: Actor, id: string): Promise<RunView> {
  return presentRun(await visibleRun(tx, actor, id));
}

/** The record of a run on which the actor may do it. Errors: `not_found` for one they may not even see, `permission.denied`. */
export async function visibleRun(tx: Tx, actor: Actor, id: string, action: Action = 'exports.see'): Promise<RunRecord> {
  const run = await readRun(tx, actor.tenantId, id);
  if (!run || !may(actor, 'exports.see', run.catalog)) throw new CodedError('not_found');
  requirePermission(actor, action, run.catalog);
  return run;
}

/** Newest first; what was asked for by another time, by that time. */
function usualSort({ windowFrom, windowTo, startedFrom, startedTo }: RunFilter): string {
  if (startedFrom !== undefined || startedTo !== undefined) return '-startedAt';
  return windowFrom !== undefined || windowTo !== undefined ? '-window' : '-scheduledAt';
}
