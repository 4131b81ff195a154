import { define, type ErrorDefinition } from './definition.ts';

/** Users, roles, tokens and tenants. */
export const PEOPLE_ERRORS = {
  'token.scope': define(403, true, 'The scopes of this token do not allow this.', 'Use a token with one of the scopes under "range".'),
  'password.change_required': define(
    403,
    true,
    'This password was made by somebody else and must be changed first.',
    'Choose a password of your own; until then nothing else can be done.',
  ),
} satisfies Readonly<Record<string, ErrorDefinition>>;
