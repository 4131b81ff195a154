import type { Command } from 'commander';
import type { SigningKeyView } from '../../contract/signing-key.ts';
import { listSigningKeysFor, renewSigningKey } from '../../operations/signing-keys.ts';
import { addPlaceOptions } from '../options.ts';
import { say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly pem?: boolean };

export function registerSigningKeys(program: Command): void {
  const command = program.command('signing-key').description('The keys this UDM signs manifests with');
  addPlaceOptions(command.command('list').description('List the public keys, the one in use first'))
    .option('--pem', 'print them as PEM, for "udm verify --public-key" and openssl')
    .action((options: Options) => withApp(options, async ({ app, actor }) => show(await listSigningKeysFor(app.services, actor), options)));
  addPlaceOptions(command.command('renew').description('Sign with a new key from now on; the old public key stays listed')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => show(await renewSigningKey(app.services, actor), options)),
  );
}

function show(keys: readonly SigningKeyView[], options: Options): void {
  if (options.json) sayJson({ items: keys });
  else if (options.pem) say(keys.map((key) => key.publicKey.trim()).join('\n'));
  else
    sayTable(
      ['FINGERPRINT (SHA-256)', 'SINCE', 'UNTIL'],
      keys.map((key) => [key.id, key.createdAt, key.retiredAt ?? 'in use']),
    );
}
