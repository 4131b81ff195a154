import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { App } from '../app.ts';
import type { Actor, Role } from '../domain/permission.ts';
import { operatorActor } from '../operations/create-tenant.ts';
import { changeOwnPassword } from '../operations/own-password.ts';
import { signOut } from '../operations/sessions.ts';
import { signIn } from '../operations/sign-in.ts';
import { createUser, listUsersFor, resetPassword } from '../operations/users.ts';
import { demoFolder } from './run-demo.ts';

/** Two people, for nobody approves what they handled themselves. */
const ROLES = { officer: 'privacy_officer', approver: 'approver' } as const satisfies Readonly<Record<string, Role>>;
type Name = keyof typeof ROLES;
const NAMES = Object.keys(ROLES) as Name[];
const ORIGIN = { address: '127.0.0.1', agent: null, device: null, replaces: null };

export interface DemoPerson {
  readonly user: Name;
  readonly password: string;
  readonly actor: Actor;
}

export type DemoPeople = Readonly<Record<Name, DemoPerson>>;

/**
 * Who handles the data requests of the demo, and who approves them. The administrator makes them, and each chooses a password of their own at their first
 * sign-in. Null when others have these names, or were taken away the right to act.
 */
export async function demoPeople(app: App, administrator: Actor, tenant: string): Promise<DemoPeople | null> {
  const passwords = await keptPasswords(app, administrator);
  if (!passwords) return null;
  const found: DemoPerson[] = [];
  for (const user of NAMES) {
    await letIn(app, administrator, { tenant, user, password: passwords[user] });
    const actor = await operatorActor(app.services, tenant, user);
    if (actor?.roles.includes(ROLES[user]) !== true) return null;
    found.push({ user, password: passwords[user], actor });
  }
  const [officer, approver] = found as [DemoPerson, DemoPerson];
  return { officer, approver };
}

/** Kept before there is anybody: after a kill in between, the next demo goes on with them. */
async function keptPasswords(app: App, administrator: Actor): Promise<Readonly<Record<Name, string>> | null> {
  const file = path.join(demoFolder(app), 'people.json');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as Record<Name, string>;
  const { items } = await listUsersFor(app.services, administrator);
  if (items.some(({ name }) => (NAMES as readonly string[]).includes(name.toLowerCase()))) return null;
  const made = { officer: newPassword(), approver: newPassword() };
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

/** Whoever has chosen a password already is left as they are. */
async function letIn({ services }: App, administrator: Actor, { tenant, user, password }: { tenant: string; user: Name; password: string }): Promise<void> {
  const known = (await listUsersFor(services, administrator)).items.find(({ name }) => name === user);
  if (known && !known.mustChangePassword) return;
  const made = known ? await resetPassword(services, administrator, known.id) : await createUser(services, administrator, { name: user, roles: [ROLES[user]] });
  const first = await signIn(services, { tenant, user, password: made.password }, ORIGIN);
  const { session } = await changeOwnPassword(services, first.session, { present: made.password, password }, ORIGIN);
  await signOut(services, session);
}

function newPassword(): string {
  return randomBytes(9).toString('base64url');
}
