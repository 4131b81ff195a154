import { openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { ROLES, type Role } from '../../../src/domain/permission.ts';
import { createUser } from '../../../src/operations/users.ts';
import { inTenant } from '../../../src/records/database.ts';
import { updateUser } from '../../../src/records/users.ts';
import { administrator } from '../../support/serve.ts';
import { type TestUdm, testEnvironment } from '../../support/udm.ts';
import type { Account } from './account.ts';

/** Somebody of each role and of that one alone, in the tenant of the demo, with a password of their own. */
export async function addPeople(udm: TestUdm): Promise<ReadonlyMap<Role, Account>> {
  const app = await openApp(loadConfig({ ...testEnvironment(udm.dataDir), UDM_LOG_LEVEL: 'silent' }), 'guest');
  try {
    const by = await administrator(app, udm.tenant);
    const people = new Map<Role, Account>();
    for (const role of ROLES) {
      const { user, password } = await createUser(app.services, by, { name: role, roles: [role] });
      await inTenant(app.services.database, by.tenantId, (tx) => updateUser(tx, by.tenantId, user.id, { mustChangePassword: false }));
      people.set(role, { tenant: udm.tenant, user: role, password });
    }
    return people;
  } finally {
    await app.stop();
  }
}
