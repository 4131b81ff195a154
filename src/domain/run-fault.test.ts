import { describe, expect, it } from 'vitest';
import { faultOf } from './run-fault.ts';

describe('faultOf', () => {
  it.each([
    ['source.unreachable', 'source'],
    ['source.missing_table', 'source'],
    ['source.interrupted', 'source'],
    ['source.authentication', 'settings'],
    ['source.secret_unreadable', 'settings'],
    ['run.certificate_invalid', 'settings'],
    ['catalog.invalid', 'settings'],
    ['run.crashed', 'machine'],
    ['run.missed', 'machine'],
    ['disk.full', 'machine'],
    ['internal', 'machine'],
    ['window.not_settled', 'machine'],
    ['run.cancelled', 'nobody'],
    ['run.suppressed', 'nobody'],
    ['run.nothing_new', 'nobody'],
  ] as const)('says of %s: %s', (code, fault) => {
    expect(faultOf(code)).toBe(fault);
  });
});
