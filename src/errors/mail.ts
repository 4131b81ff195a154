import { define, type ErrorDefinition } from './definition.ts';

/** What may go wrong with notices by mail. */
export const MAIL_ERRORS = {
  'mail.unreachable': define(
    503,
    false,
    'The mail server did not take the mail.',
    'Check UDM_SMTP_HOST, port, TLS and the network; it is tried again by itself.',
  ),
  'mail.sign_in': define(
    503,
    true,
    'The mail server refused the account of UDM.',
    'Check UDM_SMTP_USER and UDM_SMTP_PASSWORD_FILE; it is tried again by itself.',
  ),
  'mail.refused': define(409, true, 'The mail server refused this mail for good.', 'Check the address of the user and the sender UDM_SMTP_FROM.'),
} as const satisfies Record<string, ErrorDefinition>;
