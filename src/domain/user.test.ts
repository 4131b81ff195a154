import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { ROLES } from './permission.ts';
import { parseEmail, parseNewUser, parseRoles, requireGoodPassword, type Standing, whyNotChangeUser } from './user.ts';

/** The problems something is refused with, as `field code`. */
function problemsOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return (error.details.problems ?? []).map((one) => `${one.field} ${one.code}`);
  }
}

describe('a new user', () => {
  it('is refused with every problem at once, and nothing of what was typed is repeated', () => {
    const work = () => parseNewUser({ name: ' a\\b', email: 'x', roles: ['king', 'auditor', 'auditor'] });
    expect(problemsOf(work)).toEqual(['name user.name', 'email user.email', 'roles[0] user.roles', 'roles[2] user.roles']);
  });

  it.each(['', ' x', 'x ', 'a\\b', 'a\nb', 'a\u202eb', 'a\0b', 'x'.repeat(101)])('cannot be called %j', (name) => {
    expect(problemsOf(() => parseNewUser({ name, roles: [] }))).toEqual(['name user.name']);
  });

  it.each(['x', 'Ada Lovelace', 'ada@example.com', '名前', 'x'.repeat(100), '💂'.repeat(100)])('can be called %j', (name) => {
    expect(parseNewUser({ name, roles: [] })).toEqual({ name, email: null, roles: [] });
  });

  it('has its roles in one order', () => {
    expect(parseRoles(['auditor', 'tenant_administrator'])).toEqual(['tenant_administrator', 'auditor']);
  });

  it.each(['a@b', 'ada.love+x@mail.example.com', "o'hara@example.com", `${'x'.repeat(242)}@example.com`])('can be written to at %s', (email) => {
    expect(parseEmail(email)).toBe(email);
  });

  it.each(['a', '@b', 'a@', 'a@b@c', 'a b@c', 'Ada <a@b.c>', 'a@b,c@d', 'a@b.c\r\nBcc: x@y.z', 'a@.b', 'a@b..c', `${'x'.repeat(243)}@example.com`])(
    'cannot be written to at %j',
    (email) => {
      expect(problemsOf(() => parseEmail(email))).toEqual(['email user.email']);
    },
  );
});

describe('a password', () => {
  const whose = { user: 'administrator', tenant: 'default' };
  const refusal = (password: string) => problemsOf(() => requireGoodPassword(password, whose));

  it.each([
    ['too short', 'elevenchars', 'password.too_short'],
    ['too long', 'abcdefgh '.repeat(120), 'password.too_short'],
    ['of few characters', 'aaaaaabbbbbb', 'password.too_simple'],
    ['the user name', 'Administrator', 'password.too_simple'],
    ['the user name and little else', 'administrator1!', 'password.too_simple'],
    ['the names together', 'default-administrator', 'password.too_simple'],
  ])('that is %s is refused', (_, password, code) => {
    expect(refusal(password)).toEqual([`password ${code}`]);
  });

  it('of words, or of any letters, is taken', () => {
    for (const password of ['correct horse battery', 'twelve chars', 'ключ-от-дома', '💂 guards the door']) expect(refusal(password)).toEqual([]);
  });
});

describe('a change of a user', () => {
  const user = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    state: fc.constantFrom('active' as const, 'suspended' as const),
    roles: fc.subarray([...ROLES]),
  });
  const users = fc.uniqueArray(user, { selector: (one) => one.id, minLength: 1, maxLength: 4 });
  const change = fc.option(fc.record({ state: fc.constantFrom('active' as const, 'suspended' as const), roles: fc.subarray([...ROLES]) }));
  const administrators = (all: readonly Omit<Standing, 'id'>[]) =>
    all.filter((one) => one.state === 'active' && one.roles.includes('tenant_administrator')).length;

  it('never takes the last administrator from a tenant that has one, and is refused for no other reason to an operator', () => {
    fc.assert(
      fc.property(users, change, (all, after) => {
        const target = all[0] as Standing;
        const operator = { kind: 'operator', tenantId: 't', userId: target.id, userName: '', roles: ROLES } as const;
        const code = whyNotChangeUser(operator, target, after, all);
        const left = administrators([...all.filter((one) => one !== target), ...(after ? [after] : [])]);
        expect(code).toBe(administrators(all) > 0 && left === 0 ? 'user.last_administrator' : null);
      }),
      { numRuns: 5_000 },
    );
  });

  it('lets nobody suspend or delete themselves, and everybody else suspend and delete them', () => {
    const all: Standing[] = ['a', 'b'].map((id) => ({ id, state: 'active', roles: ['tenant_administrator'] }));
    const [a, b] = all as [Standing, Standing];
    const actor = { kind: 'user', tenantId: 't', userId: 'a', userName: '', roles: ROLES } as const;
    expect(whyNotChangeUser(actor, a, null, all)).toBe('user.oneself');
    expect(whyNotChangeUser(actor, a, { ...a, state: 'suspended' }, all)).toBe('user.oneself');
    expect(whyNotChangeUser(actor, a, { ...a, roles: [] }, all)).toBeNull();
    expect(whyNotChangeUser(actor, b, null, all)).toBeNull();
  });
});
