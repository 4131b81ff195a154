import type { SourceDetailView, SourceDraftInput } from '../../../src/contract/source.ts';

/** What stands in the fields. Numbers are text until they are sent. */
export interface SourceForm {
  readonly name: string;
  readonly catalog: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Empty: none. */
  readonly writerUser: string;
  readonly writerPassword: string;
  readonly tls: 'verified' | 'required' | 'off';
  readonly caCertificate: string;
  readonly settleSeconds: string;
}

export function formOf(stored: SourceDetailView | null): SourceForm {
  if (stored === null)
    return {
      name: '',
      catalog: '',
      host: '',
      port: '5432',
      database: '',
      user: '',
      password: '',
      writerUser: '',
      writerPassword: '',
      tls: 'verified',
      caCertificate: '',
      settleSeconds: '300',
    };
  const { name, catalog, host, port, database, user, writerUser, tls, caCertificate, settleSeconds } = stored;
  return {
    name,
    catalog,
    host,
    port: String(port),
    database,
    user,
    password: '',
    writerUser: writerUser ?? '',
    writerPassword: '',
    tls,
    caCertificate: caCertificate ?? '',
    settleSeconds: String(settleSeconds),
  };
}

/** What is no number is sent as it was typed, so that the server says what is wrong with it. */
export function draftOf({ password, writerUser, writerPassword, caCertificate, port, settleSeconds, tls, ...form }: SourceForm): SourceDraftInput {
  const number = (text: string): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : (text as unknown as number));
  return {
    ...form,
    port: number(port),
    settleSeconds: number(settleSeconds),
    tls,
    // A certificate belongs to a check of it.
    caCertificate: tls === 'off' || caCertificate.trim() === '' ? null : caCertificate,
    ...(password !== '' && { password }),
    writerUser: writerUser === '' ? null : writerUser,
    // Without its user it is of no use, and is not sent.
    ...(writerUser !== '' && writerPassword !== '' && { writerPassword }),
  };
}

/** Whether it is the machine UDM runs on, where nothing is in between. */
export function isThisMachine(host: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host.trim());
}
