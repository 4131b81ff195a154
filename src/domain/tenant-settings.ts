import { CodedError } from '../errors.ts';
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
}

export const SETTING_RANGES = {
  retentionDays: [1, 3_650],
  jobQuota: [1, 100_000],
  userQuota: [1, 10_000],
  storageQuotaGigabytes: [1, 1_000_000],
} as const satisfies Readonly<Record<Exclude<keyof TenantSettings, 'timeZone'>, readonly [number, number]>>;

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
  };
  problems.refuse();
  return changed;
}

/** Small letters and digits, so that it can be typed, said and put before a backslash. Error: `request.invalid`. */
export function requireTenantName(name: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new CodedError('request.invalid', { problems: [{ code: 'tenant.name', field: 'name' }] });
}
