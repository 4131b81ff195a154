import { describe, expect, it } from 'vitest';
import type { RunDetailsView } from '../../../src/contract/run-details.ts';
import { diagnosticsOf } from './diagnostics.ts';

const details = {
  run: {
    id: 'run-id',
    jobTitle: 'SECRET title',
    source: 'SECRET source',
    status: 'failed',
    error: { code: 'source.missing_table', fault: 'source', text: 't', fix: 'f', value: 'public.email' },
    fileNames: ['SECRET.zip.p7m'],
  },
  attempts: [{ attempt: 1, worker: 'SECRET-host 12', outcome: 'failed', error: null, phases: [] }],
  parts: [{ part: 1, fileName: 'SECRET.zip.p7m', sha256: 'abc', rows: 1, bytes: 2, state: 'available', expiresAt: 'x', jobTitle: 'SECRET title' }],
  settings: { version: 2, title: 'SECRET title', description: 'SECRET', recipients: [{ label: 'SECRET key', fingerprint: 'ff', notAfter: 'n', id: 'c' }] },
  timeline: [{ at: 'now', kind: 'change', runId: null, status: null, action: 'job.edited', actor: 'SECRET person' }],
} as unknown as RunDetailsView;

describe('diagnosticsOf', () => {
  it('holds codes, hashes and what happened, and no name of a person, title, label, file or machine', () => {
    const text = JSON.stringify(diagnosticsOf(details));
    expect(text).not.toContain('SECRET');
    for (const part of ['run-id', 'source.missing_table', 'public.email', 'abc', 'ff', 'job.edited']) expect(text).toContain(part);
  });
});
