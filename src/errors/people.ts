import { define, type ErrorDefinition } from './definition.ts';

/** Users, roles, passwords, tokens and tenants. */
export const PEOPLE_ERRORS = {
  'token.scope': define(403, true, 'The scopes of this token do not allow this.', 'Use a token with one of the scopes under "range".'),
  'sign_in.ended': define(401, true, 'The token this command acts with is revoked or expired.', 'Run "udm login" again, or set UDM_TOKEN_FILE to another one.'),
  'password.not_repeated': define(422, true, 'The two passwords are not the same.', 'Type the new password twice, alike.'),
  'token.name': define(422, true, 'This cannot be the name of a token.', 'Say in 1 to 100 characters what it is for.'),
  'token.scopes': define(422, true, 'A scope is missing, unknown or named twice.', 'Use at least one of the scopes under "range", each once.'),
  'token.days': define(422, true, 'A token cannot live that long.', 'Use a whole number of days from 1 to 365.'),
  'token.too_many': define(409, true, 'You have as many tokens as one person may have.', 'Revoke those that are no longer used; "range" shows the limit.'),
  'token.person_required': define(403, true, 'This is for a person who is signed in, not for a token.', 'Sign in and do it yourself.'),
  'password.change_required': define(
    403,
    true,
    'This password was made by somebody else and must be changed first.',
    'Choose a password of your own; until then nothing else can be done.',
  ),
  'password.wrong': define(403, true, 'This is not your present password.', 'Type the password you signed in with; capital letters count.'),
  'password.too_short': define(422, true, 'The password is too short or too long.', 'Use 12 to 1000 characters; a few words in a row are good.'),
  'password.too_simple': define(
    422,
    true,
    'This password is easy to guess.',
    'Use at least six different characters, and neither the user name nor the tenant name.',
  ),
  'password.same': define(422, true, 'This is the password you have already.', 'Choose another one.'),
  'user.name': define(422, true, 'This cannot be a user name.', 'Use 1 to 100 characters, no backslash, no control characters, no blank at either end.'),
  'user.name_taken': define(409, true, 'There is a user of that name already.', 'Choose another name; capital letters make no difference.'),
  'user.email': define(422, true, 'This is not an e-mail address.', 'Write it as name@example.com, at most 254 characters; or leave it out.'),
  'user.roles': define(422, true, 'A role is unknown or named twice.', 'Use the roles listed under "range", each once.'),
  'user.oneself': define(
    409,
    true,
    'Nobody suspends, deletes or resets themselves.',
    'Ask another administrator; change your own password in your preferences.',
  ),
  'user.last_administrator': define(409, true, 'This is the last active administrator of the tenant.', 'Make another user tenant administrator first.'),
  'quota.users': define(409, true, 'The tenant has as many users as it may have.', 'Delete users who have left; "range" shows the limit.'),
  'quota.storage': define(
    409,
    true,
    'The files of the tenant take as much room as they may.',
    'Delete files that are no longer needed, or wait for some to expire; "value" and "range" are in bytes.',
  ),
  'tenant.name': define(422, true, 'This cannot be the name of a tenant.', 'Use 1 to 63 small letters, digits and hyphens, no hyphen at either end.'),
  'tenant.exists': define(409, true, 'There is a tenant of that name already.', 'Choose another name.'),
  'settings.range': define(422, true, 'This setting is out of range.', 'Use a whole number from "range".'),
} as const satisfies Record<string, ErrorDefinition>;
