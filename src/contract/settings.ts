import { z } from 'zod';

const timeZone = z.string().max(100).meta({ description: 'IANA zone: days and times of lists, and of jobs that name no other.' });
const retentionDays = z.number().meta({ description: 'Days that files are kept, from the day they are made; what is stored already keeps its end.' });
const jobQuota = z.number().meta({ description: 'Jobs the tenant may have.' });
const userQuota = z.number().meta({ description: 'Users the tenant may have.' });
const storageQuotaGigabytes = z
  .number()
  .nullable()
  .meta({ description: 'Room for files that can be downloaded; a run that finds it full fails before it reads. Null: as much as the disk holds.' });

const erasureApproval = z.boolean().meta({ description: 'A second person agrees before data of a person are erased or corrected.' });
const accessApproval = z.boolean().meta({ description: 'A second person agrees before data of a person are handed out to them.' });
const requestDelayHours = z.number().meta({ description: 'So many hours any officer can stop an erasure or correction that was approved.' });
const phoneRegion = z.string().max(100).nullable().meta({ description: 'Country (ISO 3166) of phone numbers that name none; null: such numbers are refused.' });

/** What is left out stays. */
export const settingsChangeSchema = z
  .object({
    timeZone: timeZone.optional(),
    retentionDays: retentionDays.optional(),
    jobQuota: jobQuota.optional(),
    userQuota: userQuota.optional(),
    storageQuotaGigabytes: storageQuotaGigabytes.optional(),
    erasureApproval: erasureApproval.optional(),
    accessApproval: accessApproval.optional(),
    requestDelayHours: requestDelayHours.optional(),
    phoneRegion: phoneRegion.optional(),
  })
  .strict()
  .meta({ id: 'SettingsChange' });

export const settingsSchema = z
  .object({
    tenant: z.string(),
    timeZone,
    retentionDays,
    jobQuota,
    userQuota,
    storageQuotaGigabytes,
    erasureApproval,
    accessApproval,
    requestDelayHours,
    phoneRegion,
    jobs: z.number().int().meta({ description: 'Jobs there are now.' }),
    users: z.number().int().meta({ description: 'Users there are now.' }),
    storedBytes: z.number().int().meta({ description: 'Bytes of files that can be downloaded now.' }),
  })
  .meta({ id: 'Settings' });

export type SettingsChange = z.infer<typeof settingsChangeSchema>;
export type SettingsView = z.infer<typeof settingsSchema>;
