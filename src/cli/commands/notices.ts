import type { Command } from 'commander';
import { listNoticesFor } from '../../operations/notice-choice.ts';
import { addPlaceOptions } from '../options.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

export function registerNotices(program: Command): void {
  const notice = program.command('notice').description('Mails to users');
  addPlaceOptions(notice.command('list').description('List the newest 100 notices of the tenant'))
    .option('--unsent', 'only those that no mail server took')
    .action((options: PlaceOptions & { readonly json?: boolean; readonly unsent?: boolean }) =>
      withApp(options, async ({ app, actor }) => {
        const items = await listNoticesFor(app.services, actor, options.unsent === true);
        if (options.json) return sayJson({ items });
        if (app.services.mailer === null) say('No mail server: notices are neither written nor sent. Set UDM_SMTP_HOST and UDM_SMTP_FROM.');
        sayTable(
          ['CREATED', 'USER', 'KIND', 'ABOUT', 'STATE', 'TRIES', 'NEXT TRY', 'ERROR'],
          items.map((one) => [
            one.createdAt,
            plainText(one.user),
            one.kind,
            plainText(one.title),
            one.state,
            String(one.tries),
            one.nextTryAt ?? '',
            one.errorCode ?? '',
          ]),
        );
      }),
    );
}
