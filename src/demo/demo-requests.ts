import type { App } from '../app.ts';
import type { RequestKind } from '../domain/data-requests/states.ts';
import type { Actor } from '../domain/permission.ts';
import { listRequestsFor } from '../operations/data-requests/read-requests.ts';
import { submitRequest } from '../operations/data-requests/submit-requests.ts';
import { changeSettings } from '../operations/tenant-settings.ts';
import type { ContactCentre } from '../sample/contact-centre.ts';

const CASES: readonly { readonly caseId: string; readonly kind: RequestKind }[] = [
  { caseId: 'DEMO-1', kind: 'access' },
  { caseId: 'DEMO-2', kind: 'erasure' },
];
const LATELY_MS = 29 * 86_400_000;
const SETTLED_MS = 3_600_000;

/**
 * One customer of the sample asks to see what is held about them, another to be erased: people whom the export of the last month holds, so that the erasure
 * reaches it. The worker goes on with both, the one to its package, the other until somebody approves it; in the demo nothing then delays it. At a later demo
 * they are there already. Gives false when nobody called lately.
 */
export async function submitDemoRequests(app: App, administrator: Actor, officer: Actor, centre: ContactCentre): Promise<boolean> {
  const { services } = app;
  const { items: known } = await listRequestsFor(services, officer, { text: 'DEMO-', limit: CASES.length });
  if (known.length > 0) return true;
  const now = Date.now();
  const customers = await centre.regularCustomers(new Date(now - LATELY_MS), new Date(now - SETTLED_MS), CASES.length);
  if (customers.length < CASES.length) return false;
  await changeSettings(services, administrator, { requestDelayHours: 0 });
  for (const [index, { caseId, kind }] of CASES.entries())
    await submitRequest(services, officer, {
      caseId,
      kinds: [kind],
      identifiers: [{ type: 'email', value: customers[index] as string }],
      identityNote: 'Made up for the demo: they wrote from the address that is on file.',
    });
  return true;
}
