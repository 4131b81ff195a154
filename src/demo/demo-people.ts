import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { App } from '../app.ts';
import type { Actor, Role } from '../domain/permission.ts';
import { operatorActor } from '../operations/create-tenant.ts';
import { changeOwnPassword, isOwnPassword } from '../operations/own-password.ts';
import { signOut } from '../operations/sessions.ts';
import { signIn } from '../operations/sign-in.ts';
import { createUser, listUsersFor, resetPassword } from '../operations/users.ts';
import { readKept, writeKept } from './kept-file.ts';
import { demoFolder } from './run-demo.ts';

/** Two people, for nobody approves what they handled themselves. */
const ROLES = { officer: 'privacy_officer', approver: 'approver' } as const satisfies Readonly<Record<string, Role>>;
type Name = keyof typeof ROLES;
const NAMES = Object.keys(ROLES) as Name[];
const ORIGIN = { address: '127.0.0.1', agent: null, device: null, replaces: null };

export interface DemoPerson {
  readonly user: Name;
  /** Null when they chose another since. */
  readonly password: string | null;
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
    const signsIn = await isOwnPassword(app.services, actor, passwords[user]);
    found.push({ user, password: signsIn ? passwords[user] : null, actor });
  }
  const [officer, approver] = found as [DemoPerson, DemoPerson];
  return { officer, approver };
}

/** Kept before there is anybody: after a kill in between, the next demo goes on with them. */
async function keptPasswords(app: App, administrator: Actor): Promise<Readonly<Record<Name, string>> | null> {
  const file = path.join(demoFolder(app), 'people.json');
  const kept = await readKept(file, NAMES);
  if (typeof kept === 'object') return kept;
  const { items } = await listUsersFor(app.services, administrator);
  const there = items.filter(({ name }) => (NAMES as readonly string[]).includes(name.toLowerCase()));
  if (kept === 'missing' && there.length > 0) return null;
  // Those of a file that cannot be read any more choose anew. Before it is written: after a kill in between, they do so again.
  for (const { id } of there) await resetPassword(app.services, administrator, id);
  const made = { officer: newPassword(), approver: newPassword() };
  await writeKept(file, JSON.stringify(made));
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
