import { define, type ErrorDefinition } from './definition.ts';

/** What may be wrong with who calls, beyond a name or a password. */
export const SIGN_IN_ERRORS = {
  'sign_in.fresh_required': define(
    403,
    true,
    'This needs a proof that it is still you.',
    'Prove it with your password or a code (POST /api/session/proof), then send the request again within the time in "range".',
  ),
} as const satisfies Record<string, ErrorDefinition>;
