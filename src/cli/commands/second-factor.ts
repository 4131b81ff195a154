import type { Command } from 'commander';
import { requireSecondFactor, resetSecondFactor } from '../../operations/second-factor.ts';
import { findUserByName } from '../../operations/users.ts';
import { addPlaceOptions } from '../options.ts';
import { say, sayJson } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

export function registerSecondFactor(program: Command): void {
  const factor = program.command('second-factor').description('Codes of authenticator apps at sign-in');
  addPlaceOptions(factor.command('reset').description('Take the second factor away from somebody who lost it').argument('<name>', 'of whom')).action(
    (name: string, options: Options) =>
      withApp(options, async ({ app, actor }) => {
        await resetSecondFactor(app.services, actor, (await findUserByName(app.services, actor, name)).id);
        options.json ? sayJson({ reset: true }) : say('Reset. The password alone signs in until a new one is set up.');
      }),
  );
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
