import { encodeSubjects, fractionOf } from '../domain/data-requests/subject-index.ts';
import { inTenant } from '../records/database.ts';
import { readTenant } from '../records/tenants.ts';
import type { NamedPeople, SourceSnapshot } from '../sources/source.ts';
import { subjectHash } from './data-requests/subject-hash.ts';
import type { Services } from './services.ts';

/** The subject index of a run in the making; null: the source cannot say whom its rows name. */
export interface SubjectNotes {
  /** The index, once everybody is noted. Errors: those of the source. */
  index(): Promise<Buffer | null>;
}

/** Before rows are read: begins to note whom they name, at the very same state of the source. Beside the reading where the source allows it, else before it. */
export async function noteSubjects(services: Services, snapshot: SourceSnapshot, tenantId: string): Promise<SubjectNotes> {
  const { phoneRegion } = await inTenant(services.database, tenantId, (tx) => readTenant(tx, tenantId));
  const named = await snapshot.openNamed?.(phoneRegion);
  if (!named) return { index: async () => null };
  const noting = encode(services, tenantId, named);
  // Its failure is told to whoever asks for the index.
  noting.catch(() => undefined);
  if (!named.isApart) await noting;
  return { index: () => noting };
}

async function encode({ sealer }: Services, tenantId: string, named: NamedPeople): Promise<Buffer> {
  const fractions: number[] = [];
  for await (const some of named.identifiers())
    for (const one of some) fractions.push(fractionOf(Buffer.from(subjectHash(sealer, tenantId, one), 'base64url')));
  return encodeSubjects(fractions);
}
