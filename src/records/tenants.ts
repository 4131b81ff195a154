import type { Tx } from './database.ts';

/** A tenant and its settings. */
export interface TenantRecord {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly retentionDays: number;
  readonly jobQuota: number;
  readonly userQuota: number;
  /** Null: as much as the disk holds. */
  readonly storageQuotaGigabytes: number | null;
  /** A second person agrees before data of a person are changed. */
  readonly erasureApproval: boolean;
  /** The same before they are handed out. */
  readonly accessApproval: boolean;
  /** So long any officer can stop what was approved. */
  readonly requestDelayHours: number;
  /** ISO 3166: of phone numbers without a country; null: they name nobody. */
  readonly phoneRegion: string | null;
  readonly createdAt: Date;
}

export type TenantSettings = Omit<TenantRecord, 'id' | 'name' | 'createdAt'>;

export async function readTenant(tx: Tx, tenantId: string): Promise<TenantRecord> {
  return tenant(tx, tenantId).executeTakeFirstOrThrow();
}

/** The same; until the end of the transaction nobody else changes the tenant or who its users are. What only refers to the tenant is not kept waiting. */
export async function lockTenant(tx: Tx, tenantId: string): Promise<TenantRecord> {
  return tenant(tx, tenantId).forNoKeyUpdate().executeTakeFirstOrThrow();
}

function tenant(tx: Tx, tenantId: string) {
  return tx
    .selectFrom('tenant')
    .where('id', '=', tenantId)
    .select([
      'id',
      'name',
      'time_zone as timeZone',
      'retention_days as retentionDays',
      'job_quota as jobQuota',
      'user_quota as userQuota',
      'storage_quota_gigabytes as storageQuotaGigabytes',
      'erasure_approval as erasureApproval',
      'access_approval as accessApproval',
      'request_delay_hours as requestDelayHours',
      'phone_region as phoneRegion',
      'created_at as createdAt',
    ]);
}

export async function updateTenant(tx: Tx, tenantId: string, settings: TenantSettings): Promise<void> {
  await tx
    .updateTable('tenant')
    .where('id', '=', tenantId)
    .set({
      time_zone: settings.timeZone,
      retention_days: settings.retentionDays,
      job_quota: settings.jobQuota,
      user_quota: settings.userQuota,
      storage_quota_gigabytes: settings.storageQuotaGigabytes,
      erasure_approval: settings.erasureApproval,
      access_approval: settings.accessApproval,
      request_delay_hours: settings.requestDelayHours,
      phone_region: settings.phoneRegion,
    })
    .execute();
}
