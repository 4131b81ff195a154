import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CodedError } from '../../errors.ts';
import { addSource, listSourcesFor } from '../../operations/sources.ts';
import { addPlaceOptions, countOption } from '../options.ts';
import { say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

interface AddOptions extends PlaceOptions {
  readonly catalog: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly dbUser: string;
  readonly passwordFile: string;
  readonly settleLag?: number;
}

const LONGEST_SETTLE_SECONDS = 31 * 86_400;

export function registerSources(program: Command): void {
  const source = program.command('source').description('Systems to export from');
  addPlaceOptions(source.command('add').description('Add a PostgreSQL source and check that it answers').argument('<name>', 'name, e.g. UCSX'))
    .requiredOption('--catalog <name>', 'catalog: ucsx or iwd')
    .requiredOption('--host <host>', 'host of the database')
    .option('--port <port>', 'port', '5432')
    .requiredOption('--database <name>', 'database')
    .requiredOption('--db-user <name>', 'database user that may read the tables')
    .requiredOption('--password-file <file>', 'file that holds the password')
    .option(
      '--settle-lag <seconds>',
      'how long after its time a row may become visible in the source (300 when left out)',
      countOption(0, LONGEST_SETTLE_SECONDS),
    )
    .action((name: string, options: AddOptions) =>
      withApp(options, async ({ app, actor }) => {
        const settings = { host: options.host, port: Number(options.port), user: options.dbUser, database: options.database };
        const secret = await readPassword(options.passwordFile);
        await app.services.connectors.open('postgres', options.catalog, settings, secret).check();
        const settle = options.settleLag === undefined ? {} : { settleSeconds: options.settleLag };
        await addSource(app.services, actor, { name, connector: 'postgres', catalog: options.catalog, settings, secret, ...settle });
        say(`Added ${name}: every table and column of the catalog "${options.catalog}" is there.`);
      }),
    );
  addPlaceOptions(source.command('list').description('List sources')).action((options: PlaceOptions & { json?: boolean }) =>
    withApp(options, async ({ app, actor }) => {
      const items = await listSourcesFor(app.services, actor);
      if (options.json) return sayJson({ items });
      if (items.length === 0) return say('No sources yet. Add one with "udm source add".');
      sayTable(
        ['NAME', 'CONNECTOR', 'SETTLE LAG', 'TYPES'],
        items.map((one) => [one.name, one.connector, `${one.settleSeconds} s`, one.types.map((type) => type.type).join(', ')]),
      );
    }),
  );
}

async function readPassword(file: string): Promise<string> {
  const facts = await stat(file).catch(() => null);
  if (!facts) throw new CodedError('usage', { field: '--password-file', value: file });
  if ((facts.mode & 0o077) !== 0) throw new CodedError('config.file_readable', { value: file });
  return (await readFile(file, 'utf8')).trim();
}
