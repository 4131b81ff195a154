import type { App } from '../app.ts';
import type { SentRequest } from '../domain/data-requests/new-request.ts';
import type { RequestKind } from '../domain/data-requests/states.ts';
import type { Actor } from '../domain/permission.ts';
import { listRequestsFor } from '../operations/data-requests/read-requests.ts';
import { checkRequest, submitRequest } from '../operations/data-requests/submit-requests.ts';
import type { Services } from '../operations/services.ts';
import { changeSettings, readSettings } from '../operations/tenant-settings.ts';
import type { ContactCentre } from '../sample/contact-centre.ts';

const CASES: readonly { readonly caseId: string; readonly kind: RequestKind }[] = [
  { caseId: 'DEMO-1', kind: 'access' },
  { caseId: 'DEMO-2', kind: 'erasure' },
];
const LATELY_MS = 29 * 86_400_000;
const SETTLED_MS = 3_600_000;
const MOST_LISTED = 100;
/** More than are needed: some may have requests that somebody else made. */
const MOST_CUSTOMERS = 10;
/** What a tenant begins with. Anything else was chosen, and stays. */
const USUAL_DELAY_HOURS = 24;

/**
 * One customer of the sample asks to see what is held about them, another to be erased: people whom the export of the last month holds, so that the erasure
 * reaches it. The worker goes on with both, the one to its package, the other until somebody approves it; in the demo nothing then delays it. A later demo
 * makes what is not there yet, and nothing twice. Gives false when nobody called lately.
 */
export async function submitDemoRequests(app: App, administrator: Actor, officer: Actor, centre: ContactCentre): Promise<boolean> {
  const { services } = app;
  const missing = await missingCases(services, officer);
  if (missing.length === 0) return true;
  const customers = await customersWithoutRequest(services, officer, centre);
  if (customers.length < missing.length) return false;
  const { requestDelayHours } = await readSettings(services, administrator);
  if (requestDelayHours === USUAL_DELAY_HOURS) await changeSettings(services, administrator, { requestDelayHours: 0 });
  for (const [index, { caseId, kind }] of missing.entries())
    await submitRequest(services, officer, { caseId, kinds: [kind], ...person(customers[index] as string) });
  return true;
}

async function missingCases(services: Services, officer: Actor): Promise<typeof CASES> {
  const missing: (typeof CASES)[number][] = [];
  for (const one of CASES) {
    const { items } = await listRequestsFor(services, officer, { text: one.caseId, sort: 'caseId', limit: MOST_LISTED });
    if (!items.some(({ caseId }) => caseId === one.caseId)) missing.push(one);
  }
  return missing;
}

/** After a kill between the two requests, the customers of the month need not be those of then, nor in that order. */
async function customersWithoutRequest(services: Services, officer: Actor, centre: ContactCentre): Promise<string[]> {
  const now = Date.now();
  const lately = await centre.regularCustomers(new Date(now - LATELY_MS), new Date(now - SETTLED_MS), MOST_CUSTOMERS);
  const free: string[] = [];
  for (const email of lately) {
    const { duplicates } = await checkRequest(services, officer, { caseId: 'DEMO', kinds: CASES.map(({ kind }) => kind), ...person(email) });
    if (duplicates.length === 0) free.push(email);
  }
  return free;
}

function person(email: string): Pick<SentRequest, 'identifiers' | 'identityNote'> {
  return { identifiers: [{ type: 'email', value: email }], identityNote: 'Made up for the demo: they wrote from the address that is on file.' };
}
