import type { DataRequestDetails } from '../../contract/data-request.ts';
import { type Actor, requirePermission } from '../../domain/permission.ts';
import { runWindowAgain } from '../run-window-again.ts';
import type { Services } from '../services.ts';
import { getRequest } from './read-requests.ts';

type HeldExport = DataRequestDetails['exports'][number];

/**
 * Exports the windows of files again that were withdrawn for a request, once for each run, without the person. What cannot be exported again is left as
 * it is, and its standing says why. Errors: `not_found`, `permission.denied`, and those of `runWindowAgain`.
 */
export async function rebuildExports(services: Services, actor: Actor, requestId: string): Promise<{ begun: HeldExport[]; left: HeldExport[] }> {
  requirePermission(actor, 'requests.see');
  requirePermission(actor, 'jobs.change');
  const before = await getRequest(services, actor, requestId);
  const possible = new Map(before.exports.filter((one) => one.runAgain === 'possible' && one.mayRunAgain).map((one) => [one.runId, one.artifactId]));
  for (const artifactId of possible.values()) await runWindowAgain(services, actor, artifactId);
  const { exports } = await getRequest(services, actor, requestId);
  return { begun: exports.filter((one) => possible.has(one.runId)), left: exports.filter((one) => !possible.has(one.runId)) };
}
