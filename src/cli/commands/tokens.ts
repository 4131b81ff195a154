import type { Command } from 'commander';
import type { MadeTokenView, TokenView } from '../../contract/token.ts';
import { SCOPES } from '../../domain/permission.ts';
import { LONGEST_DAYS } from '../../domain/token-rules.ts';
import { createApiToken, listApiTokensFor, revokeToken } from '../../operations/api-tokens.ts';
import { addPlaceOptions, countOption, idArgument } from '../options.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function registerTokens(program: Command): void {
  const token = program.command('token').description('API tokens: programs that act for a user');
  addPlaceOptions(token.command('create').description('Make a token for yourself; it is shown this once').argument('<name>', 'what it is for'))
    .requiredOption('--scope <scope>', `${SCOPES.join(', ')}; may be repeated`, (scope: string, before: string[] = []) => [...before, scope])
    .requiredOption('--days <days>', `days until it expires, at most ${LONGEST_DAYS}`, countOption(1, LONGEST_DAYS))
    .action((name: string, options: Options & { scope: string[]; days: number }) =>
      withApp(options, async ({ app, actor }) =>
        sayMade(await createApiToken(app.services, actor, { name, scopes: options.scope, days: options.days }), options),
      ),
    );
  addPlaceOptions(token.command('list').description('List your tokens'))
    .option('--all', 'those of everybody in the tenant')
    .action((options: Options & { readonly all?: boolean }) =>
      withApp(options, async ({ app, actor }) => {
        const { items, scopes } = await listApiTokensFor(app.services, actor, options.all ? 'everybody' : 'me');
        if (options.json) return sayJson({ items, scopes });
        if (items.length === 0) return say('No tokens yet. Make one with "udm token create".');
        sayTable(['ID', 'NAME', 'OWNER', 'SCOPES', 'STATE', 'EXPIRES', 'LAST USED'], items.map(rowOf));
      }),
    );
  addPlaceOptions(token.command('revoke').description('Revoke a token: it opens nothing any more').argument('<id>', 'id of the token', idArgument)).action(
    (id: string, options: Options) =>
      withApp(options, async ({ app, actor }) => {
        await revokeToken(app.services, actor, id);
        options.json ? sayJson({ revoked: id }) : say('Revoked.');
      }),
  );
}

function rowOf(one: TokenView): string[] {
  const lastUsed = one.lastUsedAt === null ? 'never' : one.lastUsedAt.slice(0, 16);
  return [one.id, `${plainText(one.name)} (…${one.ending})`, plainText(one.owner), one.scopes.join(', '), one.state, one.expiresAt.slice(0, 10), lastUsed];
}

function sayMade({ token, secret }: MadeTokenView, { json }: Options): void {
  if (json) {
    sayJson({ token, secret });
    return;
  }
  say(`${plainText(token.name)}, until ${token.expiresAt.slice(0, 10)}. It is shown this once:`);
  say(secret);
}
