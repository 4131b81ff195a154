import { expect, it } from 'vitest';
import { CodedError } from '../errors.ts';
import { changedSettings, requireTenantName } from './tenant-settings.ts';

const SETTINGS = {
  timeZone: 'UTC',
  retentionDays: 30,
  jobQuota: 1_000,
  userQuota: 100,
  storageQuotaGigabytes: null,
  erasureApproval: true,
  accessApproval: false,
  requestDelayHours: 24,
  phoneRegion: null,
};

function refusal(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof CodedError ? error.details.problems : error;
  }
}

it('keeps what is left out, and takes the name of today for a zone', () => {
  expect(changedSettings(SETTINGS, {})).toEqual(SETTINGS);
  expect(changedSettings(SETTINGS, { timeZone: 'europe/kiev', retentionDays: 3_650 })).toEqual({ ...SETTINGS, timeZone: 'Europe/Kyiv', retentionDays: 3_650 });
  const limited = changedSettings(SETTINGS, { storageQuotaGigabytes: 5 });
  expect(limited.storageQuotaGigabytes).toBe(5);
  expect(changedSettings(limited, { jobQuota: 1 }).storageQuotaGigabytes).toBe(5);
  expect(changedSettings(limited, { storageQuotaGigabytes: null }).storageQuotaGigabytes).toBeNull();
});

it('refuses all that is out of range at once, with the range', () => {
  const change = { timeZone: 'Mars/X', retentionDays: 0, jobQuota: 1.5, userQuota: 10_001, storageQuotaGigabytes: -1 };
  expect(refusal(() => changedSettings(SETTINGS, change))).toEqual([
    expect.objectContaining({ code: 'time_zone.unknown', field: 'timeZone', value: 'Mars/X' }),
    { code: 'settings.range', field: 'retentionDays', value: 0, range: '1 to 3650' },
    { code: 'settings.range', field: 'jobQuota', value: 1.5, range: '1 to 100000' },
    { code: 'settings.range', field: 'userQuota', value: 10_001, range: '1 to 10000' },
    { code: 'settings.range', field: 'storageQuotaGigabytes', value: -1, range: '1 to 1000000' },
  ]);
});

it('takes as the name of a tenant what can be typed before a backslash', () => {
  for (const name of ['a', 'acme', 'acme-2', '7', 'x'.repeat(63)]) expect(refusal(() => requireTenantName(name))).toBeNull();
  for (const name of ['', 'Acme', 'a b', 'a\\b', '-a', 'a-', 'ä', 'a.b', 'a\n', 'x'.repeat(64)])
    expect(
      refusal(() => requireTenantName(name)),
      name,
    ).toMatchObject([{ code: 'tenant.name' }]);
});
