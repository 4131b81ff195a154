import { createTenant } from '../operations/create-tenant.ts';
import type { Services } from '../operations/services.ts';
import { oneTimePassword } from '../operations/users.ts';
import { note } from './terminal.ts';

/** At the first start of all: makes the tenant `default` with its administrator and shows a password for one sign-in, once. */
export async function ensureFirstAdministrator(services: Services): Promise<void> {
  const password = oneTimePassword();
  const made = await createTenant(services, { tenant: 'default', user: 'admin', password, isOneTime: true });
  if (!made) return;
  note('This is the first start. Sign in with:');
  note('  tenant    default');
  note('  user      admin');
  note(`  password  ${password}   (for one sign-in, where you choose your own; shown this once)`);
}
