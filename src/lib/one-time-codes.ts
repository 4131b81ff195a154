import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** Codes of an authenticator app (RFC 6238): six digits, a new one every 30 seconds, SHA-1, which is what every app speaks. */

const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** A code before and after the present one counts: clocks of phones differ. */
const WINDOW = 1;
/** 160 bits, as long as the hash (RFC 4226, section 4). */
const SECRET_BYTES = 20;
/** Without what is mistaken for something else when it is copied by hand: 32 signs, 5 bits each. */
const RECOVERY_SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const RECOVERY_LENGTH = 16;

/** A new secret, in base32 as people type it into an app. */
export function newCodeSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What the QR code says: `otpauth://totp/…`. */
export function codeAddress(secret: string, account: string): string {
  return new TOTP({ issuer: 'UDM', label: account, secret, digits: DIGITS, period: PERIOD_SECONDS }).toString();
}

/** The time step a code is of, so that no code counts twice; null when it is of none around this moment (epoch milliseconds). */
export function stepOfCode(secret: string, code: string, at: number): number | null {
  const delta = TOTP.validate({ token: code, secret: Secret.fromBase32(secret), digits: DIGITS, period: PERIOD_SECONDS, timestamp: at, window: WINDOW });
  return delta === null ? null : TOTP.counter({ period: PERIOD_SECONDS, timestamp: at }) + delta;
}

/** Whether a text has the shape of a code; anything else may be a recovery code. */
export function isAppCode(text: string): boolean {
  return /^\d{6}$/.test(text.replaceAll(' ', ''));
}

/** Codes of 80 bits for when the phone is gone, in groups of four. */
export function newRecoveryCodes(count: number): string[] {
  const sign = () => RECOVERY_SIGNS[randomInt(RECOVERY_SIGNS.length)];
  return Array.from({ length: count }, () => grouped(Array.from({ length: RECOVERY_LENGTH }, sign).join('')));
}

/** A recovery code as it was shown, however it was typed. */
export function plainRecoveryCode(text: string): string {
  return grouped(text.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''));
}

function grouped(text: string): string {
  return text.replaceAll(/.{4}(?=.)/g, '$&-');
}
