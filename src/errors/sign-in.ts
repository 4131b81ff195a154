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
  'sso.none': define(404, true, 'There is no single sign-on for this tenant.', 'Check the tenant, or sign in with a password.'),
  'sso.public_url': define(
    409,
    true,
    'This UDM does not know the address under which people reach it.',
    'The operator sets UDM_PUBLIC_URL and starts UDM again; single sign-on returns there and nowhere else.',
  ),
  'sso.unreachable': define(
    503,
    false,
    'The provider of single sign-on does not answer, or is not the one it should be.',
    'Try again in a moment; if it lasts, check the issuer and the network, and run "udm doctor".',
  ),
  'sso.refused': define(403, true, 'The provider of single sign-on, or this tenant, did not let you in.', 'Ask your tenant administrator for access.'),
  'sso.invalid': define(
    400,
    true,
    'The answer of the provider does not belong to a sign-in begun here.',
    'Begin again at the sign-in page, in this browser, and finish within ten minutes.',
  ),
  'sso.claims': define(
    403,
    true,
    'The provider does not say a user name that UDM can take.',
    'The tenant administrator names another claim for it, or the provider adds it.',
  ),
  'sso.last_administrator': define(
    409,
    true,
    'The provider no longer calls you an administrator, and you are the last one of your tenant.',
    'Let the provider say it again, or make another user tenant administrator (at the command line: udm role grant).',
  ),
  'sso.name_taken': define(
    409,
    true,
    'There is another user of your name in this tenant, who signs in with a password.',
    'The tenant administrator deletes or renames that user, or names another claim for the user name.',
  ),
} as const satisfies Record<string, ErrorDefinition>;
