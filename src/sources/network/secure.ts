/** TLS over a connected socket. Nothing is sent through it before the other side's certificate was checked. */

import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { CodedError, type ErrorCode } from '../../errors.ts';

export type TlsMode = 'off' | 'required' | 'verified';

export interface TlsRules {
  /** `verified`: the certificate leads to a trusted CA and names the host. `required`: encrypted, the name is not checked. */
  readonly mode: Exclude<TlsMode, 'off'>;
  /** PEM; null: the CAs that Node and the system trust, and with `required` no check at all. */
  readonly ca: string | null;
}

/** What a handshake showed. Certificates are public. */
export interface TlsFacts {
  readonly version: string;
  readonly cipher: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validUntil: string;
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);
const OUT_OF_DATE = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Errors: `source.tls_untrusted`, `source.tls_wrong_name`, `source.tls_expired`, `source.tls_failed`, `source.no_answer`; the signal's reason after an abort. */
export function secure(socket: Socket, host: string, rules: TlsRules, limitMs: number, signal: AbortSignal): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = tls.connect({ socket, host, ...(isIP(host) === 0 && { servername: host }), ...trustOf(rules) });
    secured.on('error', () => undefined);
    const timer = setTimeout(() => end(new CodedError('source.no_answer', { range: `${limitMs / 1_000} seconds` })), limitMs);
    const end = (error?: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      secured.off('error', onError).off('secureConnect', onSecure).off('close', onClose);
      if (error === undefined) {
        resolve(secured);
        return;
      }
      secured.destroy();
      reject(error);
    };
    const onAbort = (): void => end(signal.reason);
    const onSecure = (): void => end();
    const onError = (error: TlsError): void => end(tlsError(error));
    const onClose = (): void => end(new CodedError('source.tls_failed'));
    signal.addEventListener('abort', onAbort, { once: true });
    secured.once('error', onError).once('secureConnect', onSecure).once('close', onClose);
  });
}

function trustOf({ mode, ca }: TlsRules): tls.ConnectionOptions {
  const unnamed = mode === 'required' ? { checkServerIdentity: () => undefined } : {};
  return { secureContext: contextOf(ca), rejectUnauthorized: mode === 'verified' || ca !== null, ...unnamed };
}

const contexts = new Map<string | null, tls.SecureContext>();
const MOST_CONTEXTS = 50;

/** Reading all CAs of the system takes tens of milliseconds, and a run opens several connections. */
function contextOf(ca: string | null): tls.SecureContext {
  const known = contexts.get(ca);
  if (known) return known;
  const trusted = ca ?? [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  const context = tls.createSecureContext({ ca: trusted, minVersion: 'TLSv1.2' });
  if (contexts.size >= MOST_CONTEXTS) contexts.clear();
  contexts.set(ca, context);
  return context;
}

interface TlsError extends Error {
  readonly code?: string;
  /** Of a certificate for another name; the socket has none any more by then. */
  readonly cert?: { readonly subjectaltname?: string; readonly subject?: { readonly CN?: unknown } };
}

function tlsError({ code = 'none', cert }: TlsError): CodedError {
  const cause = new Error(`TLS code ${code}`);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new CodedError('source.tls_wrong_name', { value: printable(cert?.subjectaltname ?? String(cert?.subject?.CN ?? '')), cause });
  const is: ErrorCode = UNTRUSTED.has(code) ? 'source.tls_untrusted' : OUT_OF_DATE.has(code) ? 'source.tls_expired' : 'source.tls_failed';
  return new CodedError(is, { cause, ...(is === 'source.tls_failed' && { value: code }) });
}

/** What the certificate and the handshake say. */
export function tlsFactsOf(socket: tls.TLSSocket): TlsFacts {
  const { subject, issuer, valid_to: validTo } = socket.getPeerCertificate();
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    validUntil: Number.isNaN(Date.parse(validTo)) ? '' : new Date(validTo).toISOString(),
  };
}

function nameOf(name: tls.PeerCertificate['subject'] | undefined): string {
  return printable(String(name?.CN ?? name?.O ?? ''));
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 200);
}
