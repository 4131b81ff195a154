import { fileURLToPath } from 'node:url';
import type { Action } from '../../src/domain/permission.ts';
import type { ErrorCode } from '../../src/errors.ts';

/** What a test has of each tenant: what a command can be about. */
export type ObjectKind = 'request' | 'hold' | 'job' | 'run' | 'artifact' | 'certificate' | 'source' | 'user' | 'token';

/** An act on UDM's data: what it asks for, and flags that are in order, so that only the permission and the object are left to refuse. */
export interface DataCommand {
  /** All of them, in the order they are asked in: a command looks first at what it changes. Empty: whose the object is decides. */
  readonly needs: readonly Action[];
  readonly about?: ObjectKind;
  /** What stands behind the command, the object in its place. */
  readonly args: (object: string) => readonly string[];
  /** What is said of an object that is not there, if not that. */
  readonly ofUnknown?: ErrorCode;
  /** Changes nothing: who may do it does it to an object of their own. */
  readonly isReading?: true;
  /** Wants a proof that it is still the person: no token has one. */
  readonly isFresh?: true;
  /** Who may is not tried: it reaches out of the machine, or changes what the other commands stand on. */
  readonly isOnlyRefused?: true;
}

/** Looks at no data of a tenant, or says itself who somebody is. */
export type OtherCommand = 'at the machine' | 'sign-in';

const nothing = () => [];
const itself = (object: string) => [object];
const see = (needs: readonly Action[], about?: ObjectKind, args: DataCommand['args'] = about ? itself : nothing): DataCommand => ({
  needs,
  args,
  ...(about && { about }),
  isReading: true,
});
const change = (needs: readonly Action[], about?: ObjectKind, args: DataCommand['args'] = about ? itself : nothing): DataCommand => ({
  needs,
  args,
  ...(about && { about }),
});

const exports: readonly Action[] = ['exports.see'];
const people: readonly Action[] = ['users.see', 'users.change'];
const sources: readonly Action[] = ['sources.see', 'sources.change'];
const stretch = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-02T00:00:00Z'];

/** A file of data requests about nobody. */
const NOBODY = fileURLToPath(new URL('nobody.json', import.meta.url));

/** Every command with its verb: `npm run check` fails for one that is not here. */
export const COMMANDS: Readonly<Record<string, DataCommand | OtherCommand>> = {
  'demo': 'at the machine',
  'serve': 'at the machine',
  'decrypt': 'at the machine',
  'verify': 'at the machine',
  'doctor': 'at the machine',
  'login': 'sign-in',
  'logout': 'sign-in',
  'job create': change(['certificates.see', 'jobs.create'], undefined, () => ['--title', 'x', '--source', 'nowhere', '--type', 'Interaction']),
  'job preview': see(exports, 'job'),
  'job test': change(['exports.see', 'certificates.see', 'jobs.create'], 'job'),
  'job list': see(exports),
  'job show': see(exports, 'job'),
  'job edit': change(['exports.see', 'certificates.see', 'jobs.change'], 'job', (id) => [id, '--title', 'x']),
  'job suspend': change(['jobs.change'], 'job'),
  'job resume': change(['exports.see', 'jobs.change'], 'job'),
  'job delete': change(['jobs.change'], 'job'),
  'job clone': change(['jobs.create'], 'job', (id) => [id, '--title', 'x']),
  'job run': change(['jobs.change'], 'job'),
  'run list': see(exports),
  'run show': see(exports, 'run'),
  'run manifest': change(exports, 'run'),
  'run retry': change(['runs.retry'], 'run'),
  'run delete': change(['runs.delete'], 'run'),
  'run cancel': change(['runs.cancel'], 'run'),
  'artifact list': see(exports),
  'artifact download': change(['artifacts.download'], 'artifact'),
  'artifact delete': change(['artifacts.delete'], 'artifact'),
  'artifact withdraw': change(['artifacts.withdraw'], 'artifact', (id) => [id, '--reason', 'other']),
  'coverage show': { ...see(exports, 'source', (name) => [name, 'Interaction', ...stretch]), ofUnknown: 'request.invalid' },
  'coverage fill': change(['jobs.change'], 'job', (id) => [id, ...stretch]),
  'certificate add': change(['certificates.change'], undefined, () => [import.meta.filename]),
  'certificate rename': change(['certificates.change'], 'certificate', (id) => [id, 'x']),
  'certificate list': see(['certificates.see']),
  'source add': change(['sources.change'], undefined, () => ['', '--no-check']),
  'source list': see(['sources.see']),
  'source show': see(['sources.see'], 'source'),
  'source set': change(sources, 'source', (name) => [name, '--settle-lag', '30']),
  'source test': change(sources, 'source'),
  'source sample': change(['sources.see', 'sources.sample'], 'source', (name) => [name, 'Interaction']),
  'source remove': change(sources, 'source', (name) => [name, '--yes']),
  'tenant list': see(['tenants.see']),
  'tenant show': see(['settings.see']),
  'tenant create': change(['tenants.change'], undefined, () => ['No Name']),
  'tenant set': change(['settings.change'], undefined, () => ['--time-zone', 'Nowhere/Here']),
  'sso show': see(['settings.see']),
  'sso set': {
    ...change(['settings.change'], undefined, () => ['--issuer', 'https://nowhere.invalid', '--client-id', 'x', '--public-client']),
    isFresh: true,
    isOnlyRefused: true,
  },
  'sso remove': { ...change(['settings.change']), isFresh: true, isOnlyRefused: true },
  'second-factor require': { ...change(['settings.change']), isFresh: true, isOnlyRefused: true },
  'second-factor allow-without': { ...change(['settings.change']), isFresh: true, isOnlyRefused: true },
  'user list': see(['users.see']),
  'user create': { ...change(['users.change'], undefined, () => ['']), isFresh: true },
  'user set': change(people, 'user', (name) => [name, '--no-email']),
  'user suspend': change(people, 'user'),
  'user resume': change(people, 'user'),
  'user delete': change(people, 'user', (name) => [name, '--yes']),
  'user reset-password': { ...change(people, 'user'), isFresh: true },
  'user reset-second-factor': { ...change(people, 'user'), isFresh: true },
  'role list': see(['users.see']),
  'role grant': { ...change(people, 'user', (name) => [name, 'approver']), isFresh: true },
  'role revoke': change(people, 'user', (name) => [name, 'approver']),
  'token create': change(['account.change'], undefined, () => ['', '--scope', 'read', '--days', '1']),
  'token list': see(['account.see']),
  // Whose it is decides; who may not revoke it hears that it is not there.
  'token revoke': change([], 'token'),
  'audit list': see(['audit.see']),
  'audit verify': see(['audit.see']),
  'request submit': change(['requests.handle'], undefined, () => [NOBODY]),
  'request list': see(['requests.see']),
  'request show': see(['requests.see'], 'request'),
  'request receipt': see(['requests.see'], 'request'),
  'request verify': 'at the machine',
  'request withdraw-exports': change(['requests.handle'], 'request'),
  'request fields': see(['requests.handle']),
  'request rebuild': change(['requests.see', 'jobs.change'], 'request'),
  'request replay': change(['erasures.replay'], 'source', (name) => ['--source', name]),
  'request identity': change(['requests.handle'], 'request', (id) => [id, '--note', 'x']),
  'request ask-identity': change(['requests.handle'], 'request'),
  'request package': change(['requests.handle'], 'request', (id) => [id, '-o', '/nowhere/package.zip.p7m']),
  'request begin': change(['requests.handle'], 'request'),
  'request approve': { ...change(['requests.approve'], 'request'), isFresh: true },
  'request confirm-several': { ...change(['requests.approve'], 'request'), isFresh: true },
  'request add-identifiers': change(['requests.handle'], 'request', (id) => [id, NOBODY]),
  'request extend': change(['requests.handle'], 'request', (id) => [id, '--reason', 'x']),
  'request refuse': change(['requests.approve'], 'request', (id) => [id, '--ground', 'excessive', '--reason', 'x']),
  'request end-in-part': { ...change(['requests.approve'], 'request', (id) => [id, '--reason', 'x']), isFresh: true },
  'request stop': change(['requests.approve'], 'request', (id) => [id, '--reason', 'x']),
  'hold list': see(['requests.see']),
  'hold place': change(['requests.handle'], undefined, () => [NOBODY, '--reason', 'x']),
  'hold release': change(['requests.handle'], 'hold', (id) => [id, '--reason', 'x']),
  'notice list': see(['users.see']),
  'retention status': see(exports),
  // With several tenants nobody of one of them: the clock is of the whole installation.
  'retention agree': { ...change(['exports.see', 'tenants.change'], undefined, () => ['--yes']), isOnlyRefused: true },
  'signing-key list': see(['account.see']),
  'signing-key renew': { ...change(['signing_key.renew']), isOnlyRefused: true },
  // It looks at made-up files and says so.
  'check': change(['storage.check']),
  'repair': change(['storage.repair']),
};
