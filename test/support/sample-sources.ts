import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Actor } from '../../src/domain/permission.ts';
import { addSource } from '../../src/operations/sources.ts';
import type { Services } from '../../src/operations/services.ts';
import { postgresPrograms, type TestConnection } from './postgres.ts';

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

/** The sample as a real source has it: its rows hold on to each other. */
export const FOREIGN_KEYS = `
  ALTER TABLE ucsx.contact_attribute ADD FOREIGN KEY (contact_id) REFERENCES ucsx.contact;
  ALTER TABLE ucsx.document ADD FOREIGN KEY (entity_id) REFERENCES ucsx.interaction;
  ALTER TABLE iwd.event ADD FOREIGN KEY (work_item_id) REFERENCES iwd.work_item`;

/** A program of the source's own, such as pg_dump. */
export async function runProgram({ host, port, user, password }: TestConnection, program: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password };
  await promisify(execFile)(path.join(postgresPrograms(), program), args, { env });
}
