import { z } from 'zod';

export const secondFactorSchema = z
  .object({
    isOn: z.boolean(),
    isRequired: z.boolean().meta({ description: 'The tenant wants one of everybody who signs in with a password.' }),
    recoveryCodesLeft: z.number().int(),
  })
  .meta({ id: 'SecondFactor' });

export type SecondFactorView = z.infer<typeof secondFactorSchema>;

export const newFactorSchema = z
  .object({
    secret: z.string().meta({ description: 'In base32, to be typed into an authenticator app. Shown this once.' }),
    address: z.string().meta({ description: 'The same as otpauth:// address, for a QR code.' }),
  })
  .meta({ id: 'NewSecondFactor' });

export type NewFactor = z.infer<typeof newFactorSchema>;

export const factorCodeSchema = z
  .object({ code: z.string().max(40).meta({ description: 'Six digits of the app.' }) })
  .strict()
  .meta({ id: 'SecondFactorCode' });

export const recoveryCodesSchema = z
  .object({ recoveryCodes: z.array(z.string()).meta({ description: 'Each works once in place of a code of the app. Shown this once.' }) })
  .meta({ id: 'RecoveryCodes' });

export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;

export const factorRequirementSchema = z.object({ isRequired: z.boolean() }).strict().meta({ id: 'SecondFactorRequirement' });
