import { expect, it } from 'vitest';
import { type ManifestFacts, makeManifest } from './make-manifest.ts';

const FACTS: ManifestFacts = {
  udmVersion: '0.0.0',
  createdAt: '2026-03-01T12:00:00.000Z',
  run: { id: 'r', attempt: 1, scheduledAt: '2026-03-01T12:00:00.000Z' },
  job: { id: null, title: 'x' },
  source: 'UCSX',
  type: 'Interaction',
  entityTypes: null,
  window: { from: '2026-02-28T23:55:00Z', to: '2026-03-01T11:55:00Z' },
  recipients: [],
  part: { number: 1, of: 1 },
};
const BY = { algorithm: 'ecdsa-p256-sha256', keyId: 'k', publicKey: 'p' };
const entry = (name: string, content: 'rows' | 'schema' | 'late_rows' | 'late_attachments', rows: number | null) =>
  ({ name, content, entityType: 'Chat', bytes: 10, rows, sha256: '' }) as const;

it('counts late rows like the others and tells them apart', () => {
  const entries = [
    entry('Chat.jsonl', 'rows', 5),
    entry('Chat.schema.json', 'schema', null),
    entry('Chat-Late.jsonl', 'late_rows', 2),
    entry('Chat-Late-Attachment.jsonl', 'late_attachments', 1),
  ];
  const arrival = { from: '2026-02-28T23:55:01.000001Z', to: '2026-03-01T11:55:01.000002Z' };
  expect(makeManifest({ ...FACTS, arrival }, BY, entries)).toMatchObject({
    format: 'udm-archive/2',
    signedBy: BY,
    arrival,
    totals: { rows: 8, bytes: 30 },
    entries,
  });
});

it('says that arrivals did not matter', () => {
  expect(makeManifest(FACTS, BY, [])).toMatchObject({ arrival: null, totals: { rows: 0, bytes: 0 } });
});
