import { inTenant } from '../records/database.ts';
import { readTenant } from '../records/tenants.ts';
import type { NamedPeople, SourceSnapshot } from '../sources/source.ts';
import { nameHashing } from './data-requests/subject-hash.ts';
import type { Services } from './services.ts';

/** Before rows are read: from now on it is noted whom they name, for the subject index of the run. */
export async function noteSubjects({ database, sealer }: Services, snapshot: SourceSnapshot, tenantId: string): Promise<NamedPeople> {
  const { phoneRegion } = await inTenant(database, tenantId, (tx) => readTenant(tx, tenantId));
  return snapshot.noteNames?.(nameHashing(sealer, tenantId, phoneRegion)) ?? { index: async () => null };
}
