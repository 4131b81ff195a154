import type { Command } from 'commander';
import { requireSecondFactor } from '../../operations/second-factor.ts';
import { addPlaceOptions } from '../options.ts';
import { say, sayJson } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function registerSecondFactor(program: Command): void {
  const factor = program.command('second-factor').description('Codes of authenticator apps at sign-in');
  for (const [verb, isRequired, description] of [
    ['require', true, 'Want a second factor of everybody who signs in with a password'],
    ['allow-without', false, 'Leave it to everybody'],
  ] as const)
    addPlaceOptions(factor.command(verb).description(description)).action((options: Options) =>
      withApp(options, async ({ app, actor }) => {
        await requireSecondFactor(app.services, actor, isRequired);
        options.json ? sayJson({ isRequired }) : say(isRequired ? 'Required from now on.' : 'Left to everybody from now on.');
      }),
    );
}
