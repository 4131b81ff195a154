import { z } from 'zod';

const TLS_MODES = ['verified', 'required', 'off'] as const;

const place = {
  host: z.string().meta({ description: 'Name or address of the machine.' }),
  port: z.number().int(),
  database: z.string(),
  user: z.string().meta({ description: 'Of the database; it needs to read, and nothing else.' }),
  tls: z.enum(TLS_MODES).meta({
    description:
      'verified: the certificate of the server leads to a trusted CA and names the host. required: encrypted, the name is not checked, nor the CA when none is given; discouraged. off: everything goes in the clear.',
  }),
  caCertificate: z.string().nullable().meta({ description: 'PEM of the CAs that are trusted; null: those of the system.' }),
};

/** What an administrator writes. The operation checks it, so that every problem has its own code. */
export const sourceDraftSchema = z
  .object({
    name: z.string().meta({ description: '1 to 100 characters, one of a kind in the tenant; capital letters make no difference.' }),
    connector: z.string().optional().meta({ description: 'postgres when left out.' }),
    catalog: z.string().meta({ description: 'ucsx or iwd. It stays once the source has jobs or has exported.' }),
    host: place.host,
    port: place.port.optional().meta({ description: '1 to 65535; 5432 when left out.' }),
    database: place.database,
    user: place.user,
    password: z.string().optional().meta({
      description: 'Never given back. Left out in a change: the stored one, unless host, port or TLS change.',
    }),
    writerUser: z.string().nullable().optional().meta({
      description:
        'A second user of the database that may change rows, used only to erase and correct what a data request asks for. Left out in a change: the stored one; null: none.',
    }),
    writerPassword: z.string().optional().meta({ description: 'Of `writerUser`; as `password`.' }),
    tls: place.tls.optional().meta({ description: 'verified when left out, off for a host that is this machine.' }),
    caCertificate: place.caCertificate.optional(),
    settleSeconds: z.number().int().optional().meta({ description: '0 to 2678400; 300 when left out.' }),
  })
  .strict()
  .meta({ id: 'SourceDraft', checkedBy: 'operation' });

export const sourceSchema = z
  .object({
    id: z.uuid(),
    version: z.number().int(),
    name: z.string(),
    connector: z.string(),
    catalog: z.string(),
    ...place,
    writerUser: z.string().nullable().meta({ description: 'May change rows, for data requests alone; null: there is none, and none can be carried out.' }),
    ca: z.array(z.object({ subject: z.string(), validUntil: z.string() })).meta({ description: 'Whose certificates `caCertificate` holds.' }),
    settleSeconds: z.number().int().meta({ description: 'How long after its time a row may become visible.' }),
    types: z.array(z.object({ type: z.string(), entityTypes: z.array(z.string()), hasTime: z.boolean() })),
    jobs: z.number().int().meta({ description: 'So many use it.' }),
    lastRun: z.object({ id: z.string(), status: z.string(), at: z.string() }).nullable().meta({ description: 'The one that is going, else the newest.' }),
    createdAt: z.string(),
    warnings: z.array(z.enum(['tls_off', 'certificate_not_checked', 'name_not_checked'])),
    erasuresToRepeat: z.number().int().meta({ description: 'Erasures still to be repeated in it after a restore; while there are any, its runs wait.' }),
    erasuresHeld: z.number().int().meta({ description: 'Of these, such as wait until a legal hold on the person is released.' }),
    may: z.object({
      change: z.boolean(),
      delete: z.boolean(),
      replay: z.boolean().meta({ description: 'Have erasures repeated in it: POST /api/sources/{id}/replay.' }),
    }),
  })
  .meta({ id: 'Source' });

export const sourceDetailSchema = sourceSchema
  .extend({ usedBy: z.array(z.object({ id: z.string(), title: z.string() })).meta({ description: 'Jobs that use it, at most 20.' }) })
  .meta({ id: 'SourceDetail' });

export const sourceListSchema = z.object({ items: z.array(sourceSchema) }).meta({ id: 'SourceList' });

export type SourceDraftInput = z.infer<typeof sourceDraftSchema>;
export type SourceView = z.infer<typeof sourceSchema>;
export type SourceDetailView = z.infer<typeof sourceDetailSchema>;

const fieldSchema = z.object({
  name: z.string().meta({ description: 'As in a line of the file; `attributes[].strValue` is a field of a nested list.' }),
  type: z.string(),
  format: z.string().nullable(),
  title: z.string().nullable().meta({ description: 'What it means.' }),
  nullable: z.boolean(),
  identifies: z.string().nullable().meta({ description: 'What it tells of a person: name, email, phone, customer, contact, address, employee.' }),
  shown: z.boolean().meta({ description: 'Whether a sample shows its values; all others come masked.' }),
});

/** What a line of a type holds, by entity type. */
export const typeFieldsSchema = z
  .object({
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(z.object({ entityType: z.string(), fields: z.array(fieldSchema), attachments: z.array(fieldSchema) })),
  })
  .meta({ id: 'TypeFields' });

export const sampleRequestSchema = z
  .object({ type: z.string(), entityTypes: z.union([z.literal('all'), z.array(z.string()).min(1)]).default('all') })
  .strict()
  .meta({ id: 'SampleRequest' });

/** Shown as it is, or masked: then there is a value of at most `upTo` characters, null of more than 1,000. Null: no value. */
export const sampleCellSchema = z.union([
  z.object({ value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.object({ upTo: z.number().int().nullable() }),
  z.null(),
]);

export const sampleSchema = z
  .object({
    source: z.string(),
    type: z.string(),
    entityTypes: z.array(
      z.object({ entityType: z.string(), rows: z.array(z.record(z.string(), sampleCellSchema)).meta({ description: 'At most ten, the newest first.' }) }),
    ),
  })
  .meta({ id: 'Sample' });

export type TypeFieldsView = z.infer<typeof typeFieldsSchema>;
export type SampleView = z.infer<typeof sampleSchema>;
