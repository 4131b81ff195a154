import { define, type ErrorDefinition } from './definition.ts';

/** Secrets that are stored sealed and cannot be opened: the master key is another one than sealed them, or their bytes were damaged. */
export const SECRET_ERRORS = {
  'source.secret_unreadable': define(
    409,
    true,
    'The stored password of the source cannot be opened: the master key is not the one it was sealed with, or it is damaged.',
    'Write the password of the source again, or put back the master.key that sealed it.',
  ),
  'sso.secret_unreadable': define(
    409,
    true,
    'The stored client secret of single sign-on cannot be opened: the master key is not the one it was sealed with, or it is damaged.',
    'A tenant administrator signs in with a password and writes the client secret again, or the operator puts back the master.key that sealed it.',
  ),
  'second_factor.secret_unreadable': define(
    409,
    true,
    'The stored secret of this second factor cannot be opened: the master key is not the one it was sealed with, or it is damaged.',
    'Have it reset ("udm second-factor reset") and set it up again, or have the operator put back the master.key that sealed it.',
  ),
  'signing_key.secret_unreadable': define(
    409,
    true,
    'The key that signs manifests cannot be opened: the master key is not the one it was sealed with, or it is damaged.',
    'Put back the master.key that sealed it, or sign with a new key from now on: "udm signing-key renew".',
  ),
} as const satisfies Record<string, ErrorDefinition>;
