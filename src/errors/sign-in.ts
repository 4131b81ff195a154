import { define, type ErrorDefinition } from './definition.ts';

/** What may be wrong with who calls, beyond a name or a password. */
export const SIGN_IN_ERRORS = {
  'sign_in.fresh_required': define(
    403,
    true,
    'This needs a proof that it is still you.',
    'Prove it with your password or a code (POST /api/session/proof), then send the request again within the time in "range".',
  ),
  'sign_in.code_required': define(
    401,
    true,
    'This account asks for a code as well.',
    'Send the same again with "code": six digits of the authenticator app, or a recovery code.',
  ),
  'sign_in.code_wrong': define(
    401,
    true,
    'This code is not right, or was used already.',
    'Wait for the next code of the app and type that; if it is refused too, set the clock of the phone, or use a recovery code.',
  ),
  'second_factor.missing': define(
    403,
    true,
    'Your tenant wants a second factor of everybody, and you have none yet.',
    'Set one up (POST /api/second-factor); until then nothing else can be done.',
  ),
  'second_factor.on': define(409, true, 'There is a second factor already.', 'Remove it first, or keep it.'),
  'second_factor.off': define(409, true, 'There is no second factor.', 'Nothing to do.'),
  'second_factor.required': define(
    409,
    true,
    'The tenant wants a second factor of everybody.',
    'Keep it; a tenant administrator can reset it when it is lost.',
  ),
} as const satisfies Record<string, ErrorDefinition>;
