import type { Actor } from '../../src/domain/permission.ts';
import { addSource } from '../../src/operations/sources.ts';
import type { Services } from '../../src/operations/services.ts';
import type { TestConnection } from './postgres.ts';

/** Both catalogs as sources over one database, with or without an account to write with. */
export async function addSampleSources(services: Services, actor: Actor, database: TestConnection, mayWrite: boolean): Promise<void> {
  const { host, port, user, password, database: name } = database as unknown as Record<string, string>;
  const writer = mayWrite ? { writer: { user: user ?? '', password: password ?? '' } } : {};
  for (const catalog of ['ucsx', 'iwd'])
    await addSource(services, actor, {
      name: catalog,
      connector: 'postgres',
      catalog,
      settings: { host, port: Number(port), user, database: name },
      secret: password ?? '',
      ...writer,
    });
}
