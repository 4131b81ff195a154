import { expect } from 'vitest';
import type { App } from '../../src/app.ts';
import type { DataRequestDetails } from '../../src/contract/data-request.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { advanceRequests } from '../../src/operations/data-requests/advance-requests.ts';
import { approveRequest } from '../../src/operations/data-requests/approve-request.ts';
import { noteIdentity } from '../../src/operations/data-requests/prove-identity.ts';
import { getRequest } from '../../src/operations/data-requests/read-requests.ts';
import { executeRequestStep } from '../../src/operations/data-requests/request-steps.ts';
import { submitRequest } from '../../src/operations/data-requests/submit-requests.ts';
import { inTenant } from '../../src/records/database.ts';
import { dueSteps, type StepPhase } from '../../src/records/data-requests/steps.ts';

const NEVER = new AbortController().signal;

/** What two officers and a worker do with data requests, without waiting for anybody. */
export class RequestWork {
  readonly #app: App;
  readonly #officer: Actor;
  readonly #approver: Actor;
  #count = 0;

  constructor(app: App, officer: Actor, approver: Actor) {
    this.#app = app;
    this.#officer = officer;
    this.#approver = approver;
  }

  look(id: string): Promise<DataRequestDetails> {
    return getRequest(this.#app.services, this.#officer, id);
  }

  /** Works on what is due until nothing is, and moves on what time moves on. */
  async work(id: string, ...only: StepPhase[]): Promise<DataRequestDetails> {
    const { services } = this.#app;
    const { tenantId } = this.#officer;
    for (;;) {
      await advanceRequests(services);
      const due = await inTenant(services.database, tenantId, (tx) => dueSteps(tx, tenantId, id));
      const wanted = due.filter((one) => only.length === 0 || only.includes(one.phase));
      if (wanted.length === 0) return this.look(id);
      await Promise.all(wanted.map((step) => executeRequestStep(services, step, NEVER)));
    }
  }

  /** Asks for an erasure, proves, finds and agrees: nothing but the delay stands between the request and the work. */
  async approved(identifiers: { type: string; value: string }[]): Promise<string> {
    const { services } = this.#app;
    this.#count += 1;
    const { items } = await submitRequest(services, this.#officer, { caseId: `E-${this.#count}`, kinds: ['erasure'], identifiers });
    const id = items[0]?.id as string;
    await noteIdentity(services, this.#officer, id, { note: 'Passport seen.' });
    expect(await this.work(id)).toMatchObject({ state: 'approval' });
    await approveRequest(services, this.#approver, id);
    return id;
  }
}
