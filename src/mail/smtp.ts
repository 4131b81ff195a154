import nodemailer from 'nodemailer';
import { CodedError, type ErrorCode } from '../errors.ts';
import type { Mailer } from './mailer.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `none` only to this machine itself: the settings see to it. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string;
  readonly password: string;
  readonly from: string;
  /** Certificates (PEM) that the server's leads up to; empty: those the system knows. */
  readonly ca: string;
}

const TIMEOUT_MS = 30_000;

/** A mail server by SMTP; one connection for each mail, for there are few. */
export function openSmtp(settings: SmtpSettings): Mailer {
  const { host, port, security, user, password, from, ca } = settings;
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...(ca !== '' && { ca }) },
    ...(user !== '' && { auth: { user, pass: password } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A text never makes it read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>$/, '');
  return {
    async send({ id, to, subject, text }) {
      try {
        await transport.sendMail({
          messageId: `<${id}@${domain}>`,
          from,
          to: { name: '', address: to },
          subject,
          text,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (cause) {
        throw new CodedError(codeOf(cause), { cause });
      }
    },
    close: () => transport.close(),
  };
}

/** A 5xx answer is final, but for what is wrong with UDM's own account. */
function codeOf(error: unknown): ErrorCode {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  if (code === 'EAUTH') return 'mail.sign_in';
  return responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE') ? 'mail.refused' : 'mail.unreachable';
}
