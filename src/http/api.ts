import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Services } from '../operations/services.ts';
import type { RunEvents } from '../records/run-events.ts';

/** What the HTTP door is made of. */
export interface ServerParts {
  readonly services: Services;
  readonly events: RunEvents;
  /** Host names under which UDM may be asked; null allows any (generating documents only). */
  readonly hosts: readonly string[] | null;
  /** Proxies whose word on the caller's address and on https is taken. */
  readonly trustedProxies?: readonly string[];
  /** Origin under which people reach UDM; null or left out: not set. */
  readonly publicUrl?: string | null;
  /** Requests to the API that one caller may send in a minute; null or left out: any number. */
  readonly requestsPerMinute?: number | null;
  /** Milliseconds that a client may take to send a request; 30 seconds when left out. */
  readonly patienceMs?: number;
  /** Folder of the built web app. */
  readonly webFolder: string;
}

/** What every route file gets. */
export type Api = FastifyInstance<never, never, never, never, ZodTypeProvider>;
