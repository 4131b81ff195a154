import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzedRequests } from './requests.ts';
import { FuzzWorld } from './world.ts';

/**
 * Requests made from the OpenAPI document: no answer of 500 or above, no half effect. UDM_TEST_LONG=1 sends as many as are promised, 100,000;
 * UDM_TEST_REQUESTS=n so many, UDM_TEST_SEED=n others.
 */

const REQUESTS = Number(process.env['UDM_TEST_REQUESTS'] ?? (process.env['UDM_TEST_LONG'] === '1' ? 100_000 : 600));
const SEED = Number(process.env['UDM_TEST_SEED'] ?? 7);
let world: FuzzWorld;

beforeAll(async () => {
  world = await FuzzWorld.open();
});

afterAll(async () => {
  await world?.close();
});

it('answers whatever it is asked, and does it whole or not at all', { timeout: 7_200_000 }, async () => {
  const requests = fuzzedRequests(await world.document(), world.known, world.examples());
  const property = fc.asyncProperty(requests, async (request) => {
    const problem = await world.ask(request);
    if (problem !== null) throw new Error(`${request.method} ${request.url.slice(0, 300)} as ${request.who} ${problem}`);
  });
  try {
    // What a request meets depends on those before it, so it is not tried again in parts.
    await fc.assert(property, { numRuns: REQUESTS, seed: SEED, endOnFailure: true });
  } finally {
    console.log(JSON.stringify(world.figures));
  }
  // A request that was refused leaves no key of a case behind, and one that was made has its own.
  expect(await world.strayKeys()).toEqual([]);
  const { statuses } = world.figures;
  // Neither all refused nor all let through.
  for (const status of ['200', '201', '401', '403', '404', '422']) expect(statuses[status] ?? 0, status).toBeGreaterThan(0);
});
