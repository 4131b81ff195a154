import { CodedError } from '../errors.ts';
import { isRegion } from './data-requests/identifier-checks.ts';
import { ProblemList } from './problem-list.ts';
import { canonicalTimeZone, nearestTimeZones } from './time-zone.ts';

/** What a tenant can be called and what its settings can be. */

export interface TenantSettings {
  readonly timeZone: string;
  /** How long new files are kept. */
  readonly retentionDays: number;
  readonly jobQuota: number;
  readonly userQuota: number;
  /** Of files that can be downloaded; null: as much as the disk holds. */
  readonly storageQuotaGigabytes: number | null;
  /** A second person agrees before data of a person are changed. */
  readonly erasureApproval: boolean;
  /** The same before they are handed out. */
  readonly accessApproval: boolean;
  /** So long any officer can stop what was approved. */
  readonly requestDelayHours: number;
  /** Country (ISO 3166) of phone numbers that name none; null: such numbers are refused. */
  readonly phoneRegion: string | null;
}

/** What decides how carefully requests of people are handled: changed only by somebody who just proved who they are. */
export const REQUEST_SETTINGS = ['erasureApproval', 'accessApproval', 'requestDelayHours'] as const satisfies readonly (keyof TenantSettings)[];

export const SETTING_RANGES = {
  retentionDays: [1, 3_650],
  jobQuota: [1, 100_000],
  userQuota: [1, 10_000],
  storageQuotaGigabytes: [1, 1_000_000],
  requestDelayHours: [0, 720],
} as const satisfies Readonly<Partial<Record<keyof TenantSettings, readonly [number, number]>>>;

/** The settings with a change; what is left out stays. Error: `request.invalid` with all problems. */
export function changedSettings(
  settings: TenantSettings,
  change: { readonly [Name in keyof TenantSettings]?: TenantSettings[Name] | undefined },
): TenantSettings {
  const problems = new ProblemList();
  const whole = (name: keyof typeof SETTING_RANGES) => {
    const value = change[name];
    if (value === undefined || value === null) return settings[name] as number;
    const [low, high] = SETTING_RANGES[name];
    if (!Number.isSafeInteger(value) || value < low || value > high) problems.add('settings.range', name, value, `${low} to ${high}`);
    return value;
  };
  const timeZone = change.timeZone === undefined ? settings.timeZone : canonicalTimeZone(change.timeZone);
  if (timeZone === null) problems.add('time_zone.unknown', 'timeZone', change.timeZone, nearestTimeZones(change.timeZone ?? ''));
  const changed = {
    timeZone: timeZone ?? settings.timeZone,
    retentionDays: whole('retentionDays'),
    jobQuota: whole('jobQuota'),
    userQuota: whole('userQuota'),
    storageQuotaGigabytes: change.storageQuotaGigabytes === null ? null : whole('storageQuotaGigabytes'),
    erasureApproval: change.erasureApproval ?? settings.erasureApproval,
    accessApproval: change.accessApproval ?? settings.accessApproval,
    requestDelayHours: whole('requestDelayHours'),
    phoneRegion: change.phoneRegion === undefined ? settings.phoneRegion : readRegion(change.phoneRegion, problems),
  };
  problems.refuse();
  return changed;
}

function readRegion(region: string | null, problems: ProblemList): string | null {
  if (region !== null && !isRegion(region)) problems.add('settings.region', 'phoneRegion', region, 'two capital letters, e.g. DE');
  return region;
}

/** Small letters and digits, so that it can be typed, said and put before a backslash. Error: `request.invalid`. */
export function requireTenantName(name: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new CodedError('request.invalid', { problems: [{ code: 'tenant.name', field: 'name' }] });
}
