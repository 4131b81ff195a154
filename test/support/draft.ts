import { addCertificate } from '../../src/operations/certificates.ts';
import { addSource } from '../../src/operations/sources.ts';
import { administrator, type ServedUdm } from './serve.ts';

/**
 * Gives a served UDM the sources UCSX and IWD at a port of 127.0.0.1 and one certificate; returns a job draft it accepts.
 * Nothing need listen at the port: the run of an accepted job then fails, which is the run's business.
 */
export async function prepareDraft(udm: ServedUdm, certificate: string, port = 1): Promise<Record<string, unknown>> {
  const app = await udm.guest();
  try {
    const actor = await administrator(app);
    for (const [name, catalog] of [
      ['UCSX', 'ucsx'],
      ['IWD', 'iwd'],
    ] as const) {
      await addSource(app.services, actor, {
        name,
        connector: 'postgres',
        catalog,
        settings: { host: '127.0.0.1', port, user: 'x', database: 'x' },
        secret: 'x',
      });
    }
    const { id } = await addCertificate(app.services, actor, { content: certificate });
    const run = { kind: 'once', start: 'immediately' };
    return { title: 'Calls', source: 'UCSX', type: 'Interaction', entityTypes: 'all', run, range: { kind: 'all' }, recipients: [id] };
  } finally {
    await app.stop();
  }
}
