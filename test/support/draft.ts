import type { App } from '../../src/app.ts';
import type { Actor } from '../../src/domain/permission.ts';
import { addCertificate } from '../../src/operations/certificates.ts';
import { addSource } from '../../src/operations/sources.ts';
import { administrator, type ServedUdm } from './serve.ts';

/** As `draftIn`, for the administrator of a served UDM. */
export async function prepareDraft(udm: ServedUdm, certificate: string, port = 1): Promise<Record<string, unknown>> {
  const app = await udm.guest();
  try {
    return await draftIn(app, await administrator(app), certificate, port);
  } finally {
    await app.stop();
  }
}

/**
 * Gives a tenant the sources UCSX and IWD at a port of 127.0.0.1 and one certificate; returns a job draft it accepts.
 * Nothing need listen at the port: the run of an accepted job then fails, which is the run's business.
 */
export async function draftIn({ services }: App, actor: Actor, certificate: string, port = 1): Promise<Record<string, unknown>> {
  const settings = { host: '127.0.0.1', port, user: 'x', database: 'x' };
  for (const [name, catalog] of [
    ['UCSX', 'ucsx'],
    ['IWD', 'iwd'],
  ] as const) {
    await addSource(services, actor, { name, connector: 'postgres', catalog, settings, secret: 'x' });
  }
  const { id } = await addCertificate(services, actor, { content: certificate });
  const run = { kind: 'once', start: 'immediately' };
  return { title: 'Calls', source: 'UCSX', type: 'Interaction', entityTypes: 'all', run, range: { kind: 'all' }, recipients: [id] };
}
