import type { Services } from './services.ts';

/** What is left of the subject of a deleted user: enough to know them when the provider sends them again, and nothing that says who they are there. */
export function closedSubject({ sealer }: Services, tenantId: string, subject: string): string {
  return sealer.hash(`${tenantId} ${subject}`, 'subject of a deleted user');
}
