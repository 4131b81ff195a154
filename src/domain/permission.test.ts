import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { ACTIONS, type Action, type Actor, catalogsFor, may, ROLES, type Role, requirePermission, SCOPES, visibleCatalogs } from './permission.ts';

const CATALOGS = ['ucsx', 'iwd', 'later'];

function actor(roles: readonly Role[], more: Partial<Actor> = {}): Actor {
  return { kind: 'user', tenantId: 't', userId: 'u', userName: 'name', roles, ...more };
}

const someActor = fc
  .record({
    roles: fc.subarray([...ROLES]),
    kind: fc.constantFrom('user' as const, 'operator' as const),
    scopes: fc.option(fc.subarray([...SCOPES])),
    mustChangePassword: fc.boolean(),
  })
  .map(({ roles, kind, scopes, mustChangePassword }) => actor(roles, { kind, mustChangePassword, ...(scopes && { token: { id: 'x', scopes } }) }));
const someAction = fc.constantFrom(...ACTIONS);
const someCatalog = fc.option(fc.constantFrom(...CATALOGS), { nil: undefined });

/** What a role may do on a catalog, as one line: administrator, UCSX exporter, iWD administrator, privacy officer, approver, auditor. */
function lineOf(action: Action, catalog: string): string {
  return ROLES.map((role) => (may(actor([role]), action, catalog) ? 'x' : '.')).join('');
}

describe('the table', () => {
  it('grants what is written here, and refuses everything else', () => {
    const granted: Record<Action, readonly [onUcsx: string, onIwd: string]> = {
      'exports.see': ['xx...x', 'x.x..x'],
      'jobs.create': ['xx....', 'x.x...'],
      'jobs.change': ['xx....', 'x.x...'],
      'runs.cancel': ['xx....', 'x.x...'],
      'runs.retry': ['xx....', 'x.x...'],
      'runs.delete': ['xx....', 'x.x...'],
      'artifacts.download': ['xx....', 'x.x...'],
      'artifacts.delete': ['xx....', 'x.x...'],
      'artifacts.withdraw': ['xx....', 'x.x...'],
      'sources.see': ['xx...x', 'x.x..x'],
      'sources.sample': ['xx....', 'x.x...'],
      'sources.change': ['x.....', 'x.....'],
      'certificates.see': ['xxxx.x', 'xxxx.x'],
      'certificates.change': ['xxxx..', 'xxxx..'],
      'certificates.change_others': ['x.....', 'x.....'],
      'users.see': ['x....x', 'x....x'],
      'users.change': ['x.....', 'x.....'],
      'tokens.see': ['x....x', 'x....x'],
      'tokens.revoke': ['x.....', 'x.....'],
      'audit.see': ['x....x', 'x....x'],
      'settings.see': ['x....x', 'x....x'],
      'settings.change': ['x.....', 'x.....'],
      'retention.agree': ['x.....', 'x.....'],
      'requests.see': ['...xxx', '...xxx'],
      'requests.handle': ['...x..', '...x..'],
      'requests.approve': ['...xx.', '...xx.'],
      'erasures.replay': ['x..x..', 'x..x..'],
      'account.see': ['xxxxxx', 'xxxxxx'],
      'account.change': ['xxxxxx', 'xxxxxx'],
      'password.change': ['xxxxxx', 'xxxxxx'],
      'tenants.see': ['......', '......'],
      'tenants.change': ['......', '......'],
      'quotas.change': ['......', '......'],
      'signing_key.renew': ['......', '......'],
      'storage.check': ['......', '......'],
      'storage.repair': ['......', '......'],
    };
    expect(Object.fromEntries(ACTIONS.map((action) => [action, [lineOf(action, 'ucsx'), lineOf(action, 'iwd')]]))).toEqual(granted);
  });

  it('gives an auditor nothing that changes anything', () => {
    const allowed = ACTIONS.filter((action) => may(actor(['auditor']), action));
    expect(allowed.filter((action) => !action.endsWith('.see'))).toEqual(['account.change', 'password.change']);
  });

  it('keeps what is of all tenants for who works at the command line, whatever the roles', () => {
    const all = ['tenants.see', 'tenants.change', 'quotas.change', 'signing_key.renew', 'storage.check', 'storage.repair'] as const;
    for (const action of all) {
      expect(may(actor(ROLES), action)).toBe(false);
      expect(may(actor([], { kind: 'operator' }), action)).toBe(true);
    }
  });
});

describe('the decision', () => {
  it('lets a token do exactly what both the roles of its owner and its scopes allow', () => {
    fc.assert(
      fc.property(someActor, someAction, someCatalog, fc.subarray([...SCOPES]), (owner, action, catalog, scopes) => {
        const { token, ...person } = owner;
        const withToken = { ...person, token: { id: 'x', scopes } };
        const everyScope = { ...person, token: { id: 'x', scopes: SCOPES } };
        const scoped = scopes.some((scope) => may({ ...everyScope, token: { id: 'x', scopes: [scope] } }, action, catalog));
        expect(may(withToken, action, catalog)).toBe(may(person, action, catalog) && scoped);
      }),
      { numRuns: 5_000 },
    );
  });

  it('never takes anything away for a further role or scope', () => {
    fc.assert(
      fc.property(someActor, someAction, someCatalog, fc.constantFrom(...ROLES), fc.constantFrom(...SCOPES), (one, action, catalog, role, scope) => {
        const more = { ...one, roles: [...one.roles, role], ...(one.token && { token: { id: 'x', scopes: [...one.token.scopes, scope] } }) };
        if (may(one, action, catalog)) expect(may(more, action, catalog)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('says the same of a catalog as the list of catalogs, and allows without one what it allows on some', () => {
    fc.assert(
      fc.property(someActor, someAction, (one, action) => {
        const list = catalogsFor(one, action);
        const allowed = CATALOGS.filter((catalog) => may(one, action, catalog));
        if (/^(exports|jobs|runs|artifacts)[.]/.test(action)) expect(new Set(allowed)).toEqual(new Set(list === 'all' ? CATALOGS : list));
        expect(may(one, action)).toBe(allowed.length > 0);
        expect(visibleCatalogs(one)).toEqual(catalogsFor(one, 'exports.see'));
      }),
      { numRuns: 5_000 },
    );
  });

  it('lets nobody with a password of somebody else do more than change it', () => {
    fc.assert(
      fc.property(someActor, someAction, someCatalog, (one, action, catalog) => {
        if (may({ ...one, mustChangePassword: true }, action, catalog)) expect(action).toBe('password.change');
      }),
    );
    expect(may(actor([], { mustChangePassword: true }), 'password.change')).toBe(true);
  });

  it('lets no token change the account it belongs to, nor a token without scopes do anything', () => {
    for (const action of ['account.change', 'password.change'] as const) expect(may(actor(ROLES, { token: { id: 'x', scopes: SCOPES } }), action)).toBe(false);
    for (const action of ACTIONS) expect(may(actor(ROLES, { token: { id: 'x', scopes: [] } }), action)).toBe(false);
  });

  it('does not let a role on one source reach through another role to the sources of that one', () => {
    const both = actor(['ucsx_exporter', 'auditor']);
    expect(visibleCatalogs(both)).toBe('all');
    expect(may(both, 'jobs.change', 'ucsx')).toBe(true);
    expect(may(both, 'jobs.change', 'iwd')).toBe(false);
  });
});

describe('the refusal', () => {
  function refusal(one: Actor, action: Action): unknown {
    try {
      requirePermission(one, action);
      return null;
    } catch (error) {
      return error instanceof CodedError ? [error.code, error.details.range] : error;
    }
  }

  it('says whether it was the role, the scope of the token, or the password that must be changed', () => {
    expect(refusal(actor(['auditor']), 'jobs.create')).toEqual(['permission.denied', undefined]);
    const read = { token: { id: 'x', scopes: ['read'] } } as const;
    expect(refusal(actor(['ucsx_exporter'], read), 'jobs.create')).toEqual(['token.scope', ['jobs']]);
    expect(refusal(actor(['auditor'], read), 'jobs.create')).toEqual(['permission.denied', undefined]);
    expect(refusal(actor(ROLES, read), 'account.change')).toEqual(['token.person_required', undefined]);
    expect(refusal(actor(['ucsx_exporter'], { mustChangePassword: true }), 'jobs.create')).toEqual(['password.change_required', undefined]);
    expect(refusal(actor(['ucsx_exporter']), 'jobs.create')).toBeNull();
  });
});
