import type { Origin } from '../../src/operations/limit-attempts.ts';

/** Where a test signs in from that is not about it. */
export const ORIGIN: Origin = { address: '127.0.0.1', agent: 'a test', device: null, replaces: null };
