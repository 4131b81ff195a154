import type { Problem } from '../errors.ts';
import { Secret } from './secret.ts';
import type { Setting } from './setting.ts';

/** The mail server that notices go through. */
export const SMTP_SETTINGS = [
  { name: 'UDM_SMTP_HOST', type: 'text', default: '', doc: 'Mail server for notices to users. Empty: no mails.' },
  { name: 'UDM_SMTP_PORT', type: 'port', default: '587', doc: 'Its port.' },
  {
    name: 'UDM_SMTP_SECURITY',
    type: 'text',
    default: 'starttls',
    doc: 'starttls, tls (from the first byte, usually port 465), or none, which is for a server on this machine only (127.0.0.1, ::1, localhost).',
  },
  { name: 'UDM_SMTP_USER', type: 'text', default: '', doc: 'Account of UDM at the mail server. Empty: none.' },
  { name: 'UDM_SMTP_PASSWORD', type: 'text', default: '', doc: 'Password of that account; better in a file, with UDM_SMTP_PASSWORD_FILE.', secret: true },
  { name: 'UDM_SMTP_FROM', type: 'text', default: '', doc: 'Sender of the mails, e.g. UDM <udm@example.org>. Needed with UDM_SMTP_HOST.' },
  {
    name: 'UDM_SMTP_CA',
    type: 'text',
    default: '',
    doc: 'Certificates (PEM) that the certificate of the mail server leads up to, usually with UDM_SMTP_CA_FILE. Empty: those of the system.',
  },
] as const satisfies readonly Setting[];

const SECURITY = ['starttls', 'tls', 'none'] as const;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  readonly security: (typeof SECURITY)[number];
  readonly user: string;
  readonly password: Secret;
  readonly from: string;
  readonly ca: string;
}

/** Null: no mail server. Plain text goes to this machine alone. */
export function smtpConfig(read: (name: string) => string, port: number, problems: Problem[]): SmtpConfig | null {
  const host = read('UDM_SMTP_HOST');
  const security = read('UDM_SMTP_SECURITY') as SmtpConfig['security'];
  const from = read('UDM_SMTP_FROM');
  const [user, password, ca] = [read('UDM_SMTP_USER'), new Secret(read('UDM_SMTP_PASSWORD')), read('UDM_SMTP_CA')];
  if (host === '') return null;
  if (!SECURITY.includes(security)) problems.push({ code: 'field.type', field: 'UDM_SMTP_SECURITY', value: String(security).slice(0, 100), range: SECURITY });
  if (security === 'none' && !LOOPBACK.includes(host.toLowerCase()))
    problems.push({ code: 'field.type', field: 'UDM_SMTP_SECURITY', value: security, range: `starttls or tls; none only for ${LOOPBACK.join(', ')}` });
  if (from === '') problems.push({ code: 'field.required', field: 'UDM_SMTP_FROM' });
  else if (!/^([^<>@\p{Cc}]{0,100}<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(from))
    problems.push({ code: 'field.type', field: 'UDM_SMTP_FROM', range: 'udm@example.org or UDM <udm@example.org>' });
  return { host, port, security, user, password, from, ca };
}
