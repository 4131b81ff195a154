import { type Command, InvalidArgumentError } from 'commander';
import type { SettingsChange, SettingsView } from '../../contract/settings.ts';
import { SETTING_RANGES } from '../../domain/tenant-settings.ts';
import { changeSettings, readSettings } from '../../operations/tenant-settings.ts';
import { addTenant, listTenants } from '../../operations/tenants.ts';
import { addPlaceOptions, countOption } from '../options.ts';
import { byteText, say, sayJson, sayTable } from '../terminal.ts';
import { type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type CreateOptions = Options & { readonly administrator: string; readonly email?: string };
type SetOptions = Options & { [Name in keyof Omit<SettingsChange, 'storageQuotaGigabytes'>]: SettingsChange[Name] } & {
  readonly storageQuota?: number | null;
  readonly requestDelay?: number;
};

export function registerTenants(program: Command): void {
  const tenant = program.command('tenant').description('Organisations, and their settings');
  addPlaceOptions(tenant.command('list').description('List all tenants of this installation')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const items = await listTenants(app.services, actor);
      if (options.json) return sayJson({ items });
      sayTable(
        ['TENANT', 'USERS', 'JOBS', 'FILES', 'KEPT', 'TIME ZONE'],
        items.map((one) => [one.tenant, String(one.users), String(one.jobs), byteText(one.storedBytes), `${one.retentionDays} days`, one.timeZone]),
      );
    }),
  );
  addPlaceOptions(tenant.command('show').description('Show the settings of a tenant').argument('[name]', 'tenant; the one of --tenant when left out')).action(
    (name: string | undefined, options: Options) =>
      withApp(placeOf(name, options), async ({ app, actor }) => sayView(await readSettings(app.services, actor), options)),
  );
  addPlaceOptions(tenant.command('create').description('Make a tenant with its first administrator').argument('<name>', 'small letters, digits and hyphens'))
    .option('--administrator <name>', 'name of its first administrator', 'admin')
    .option('--email <address>', 'where notices to this administrator go')
    .action((name: string, options: CreateOptions) =>
      withApp(options, async ({ app, actor }) => sayMade(await addTenant(app.services, actor, { ...options, name }), options)),
    );
  registerSet(tenant);
}

function registerSet(tenant: Command): void {
  const range = (name: keyof typeof SETTING_RANGES) => countOption(SETTING_RANGES[name][0], SETTING_RANGES[name][1]);
  addPlaceOptions(
    tenant.command('set').description('Change settings of a tenant; what is not named stays').argument('[name]', 'tenant; the one of --tenant when left out'),
  )
    .option('--time-zone <zone>', 'IANA time zone of its days and schedules')
    .option('--retention-days <days>', 'how long new files are kept', range('retentionDays'))
    .option('--job-quota <jobs>', 'jobs it may have', range('jobQuota'))
    .option('--user-quota <users>', 'users it may have', range('userQuota'))
    .option('--storage-quota <gigabytes>', 'room for its files, or "none"', gigabytesOption)
    .option('--erasure-approval <on or off>', 'a second person agrees before data of a person are changed', onOption)
    .option('--access-approval <on or off>', 'the same before they are handed out', onOption)
    .option('--request-delay <hours>', 'how long an approved change of data can be stopped', range('requestDelayHours'))
    .option('--phone-region <country>', 'two letters: country of phone numbers that name none, or "none"')
    .action((name: string | undefined, { storageQuota, ...options }: SetOptions) =>
      withApp(placeOf(name, options), async ({ app, actor }) => {
        const { timeZone, retentionDays, jobQuota, userQuota } = options;
        const { erasureApproval, accessApproval, requestDelay: requestDelayHours, phoneRegion: region } = options;
        const requests = { erasureApproval, accessApproval, requestDelayHours, phoneRegion: region === 'none' ? null : region };
        const change = {
          timeZone,
          retentionDays,
          jobQuota,
          userQuota,
          ...requests,
          ...(storageQuota !== undefined && { storageQuotaGigabytes: storageQuota }),
        };
        sayView(await changeSettings(app.services, actor, change), options);
      }),
    );
}

function onOption(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('"on" or "off".');
  return text === 'on';
}

function gigabytesOption(text: string): number | null {
  if (text === 'none') return null;
  try {
    return countOption(...SETTING_RANGES.storageQuotaGigabytes)(text);
  } catch {
    throw new InvalidArgumentError(`A whole number from ${SETTING_RANGES.storageQuotaGigabytes.join(' to ')}, or "none".`);
  }
}

function placeOf(name: string | undefined, options: Options): PlaceOptions {
  return { ...options, ...(name !== undefined && { tenant: name }) };
}

function sayMade({ tenant, user, password }: Awaited<ReturnType<typeof addTenant>>, { json }: Options): void {
  if (json) {
    sayJson({ tenant, user, password });
    return;
  }
  say(`Made tenant ${tenant.tenant}. Its administrator signs in with:`);
  say(`  user      ${tenant.tenant}\\${user}`);
  say(`  password  ${password}   (shown this once; it is changed at the first sign-in)`);
}

function sayView(view: SettingsView, { json }: Options): void {
  if (json) {
    sayJson(view);
    return;
  }
  const room = view.storageQuotaGigabytes === null ? 'as the disk holds' : `${view.storageQuotaGigabytes} GB`;
  const approvals = [...(view.erasureApproval ? ['erasure'] : []), ...(view.accessApproval ? ['access'] : [])].join(' and ');
  for (const [label, value] of [
    ['Tenant', view.tenant],
    ['Time zone', view.timeZone],
    ['Files kept', `${view.retentionDays} days`],
    ['Jobs', `${view.jobs} of ${view.jobQuota}`],
    ['Users', `${view.users} of ${view.userQuota}`],
    ['Files', `${byteText(view.storedBytes)} of ${room}`],
    ['Approval', approvals === '' ? 'by nobody' : `of ${approvals}, then ${view.requestDelayHours} hours to stop a change`],
    ['Phones', view.phoneRegion === null ? 'with their country only' : `without a country: ${view.phoneRegion}`],
  ] as const)
    say(`${label.padEnd(12)}${value}`);
}
