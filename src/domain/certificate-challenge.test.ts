import { expect, it } from 'vitest';
import { challengeProblem } from './certificate-challenge.ts';

const challenge = { word: 'abcd-efgh-jkmn', certificateId: 'a', madeAt: '2026-03-01T12:00:00.000Z' };
const at = (now: string, provenAt: string | null = null, id = 'a') =>
  challengeProblem(challenge, { id, provenAt: provenAt === null ? null : new Date(provenAt), now: new Date(now) });

it('counts for a day, for its certificate, and until the certificate was proven (case 53)', () => {
  expect(at('2026-03-01T12:00:01Z')).toBeNull();
  expect(at('2026-03-02T12:00:00Z')).toBeNull();
  expect(at('2026-03-02T12:00:00.001Z')).toBe('certificate.challenge_expired');
  expect(at('2026-03-01T12:00:01Z', null, 'b')).toBe('certificate.challenge_expired');
  expect(at('2026-03-01T12:00:02Z', '2026-03-01T12:00:01Z')).toBe('certificate.challenge_spent');
  expect(at('2026-03-01T12:00:02Z', '2026-02-01T12:00:00Z')).toBeNull();
  expect(challengeProblem({ ...challenge, madeAt: 'never' }, { id: 'a', provenAt: null, now: new Date() })).toBe('certificate.challenge_expired');
});
