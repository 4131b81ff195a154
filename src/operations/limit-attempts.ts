import { randomBytes, timingSafeEqual } from 'node:crypto';
import { addressBlock, type AttemptKind } from '../domain/attempt-limits.ts';
import { smallLetters } from '../domain/text-checks.ts';
import { CodedError } from '../errors.ts';
import { attemptsOf } from '../records/attempts.ts';
import type { Services } from './services.ts';

/** Where a request to sign in comes from, as the door knows it. */
export interface Origin {
  readonly address: string;
  readonly agent: string | null;
  /** The mark that an earlier sign-in left on this device. */
  readonly device: string | null;
  /** Token of a session that this device has: it ends when another one begins. */
  readonly replaces: string | null;
}

/** An attempt that was let through. */
export interface Admission {
  /** For the device to keep, when it has none of this name yet. */
  readonly newMark: string | null;
  /** All was right: what was counted is given back, and the address is known from now on. */
  succeeded(): Promise<void>;
  /** Right so far: this attempt does not count. */
  undecided(): Promise<void>;
}

/**
 * Counts an attempt to sign in before anything is looked at, so that of many at once no more than the limit get through. What is counted hangs
 * on the words that were typed alone, never on whether there is such a tenant or user. Error: `sign_in.too_many`.
 */
export async function admitAttempt(services: Services, name: { tenant: string; user: string }, origin: Origin): Promise<Admission> {
  const attempts = attemptsOf(services.database);
  const tenant = services.sealer.hash(smallLetters(name.tenant), 'attempt tenant');
  const who = services.sealer.hash(smallLetters(`${name.tenant}\\${name.user}`), 'attempt name');
  const address = services.sealer.hash(addressBlock(origin.address), 'attempt address');
  const device = deviceOf(services, who, origin.device);
  const place = `${who}:${address}`;
  const isKnown = device !== null || (await attempts.isKnown(place));
  const counted: [AttemptKind, string][] = [['pair', device === null ? place : `${who}:${device}`]];
  if (!isKnown) counted.push(['address', address], ['name', who], ['tenant', tenant]);
  for (const [kind, key] of counted) {
    const wait = await attempts.take(kind, key);
    if (wait === null) continue;
    services.log.warn({ event: 'sign_in.limited', reason: kind });
    throw new CodedError('sign_in.too_many', { retryAfterSeconds: wait, value: `${wait} s` });
  }
  const giveBack = async () => {
    for (const [kind, key] of counted) await attempts.giveBack(kind, key);
  };
  return {
    newMark: device === null ? markFor(services, who) : null,
    undecided: giveBack,
    async succeeded() {
      await giveBack();
      await attempts.forget('pair', (counted[0] as [AttemptKind, string])[1]);
      await attempts.noteKnown(place);
    },
  };
}

/** The nonce of a mark that UDM itself gave out for this name; null for any other text. */
function deviceOf(services: Services, who: string, mark: string | null): string | null {
  const [nonce = '', proof = ''] = (mark ?? '').split('.');
  const wanted = Buffer.from(services.sealer.hash(`${who}:${nonce}`, 'device'));
  const given = Buffer.from(proof);
  return nonce !== '' && given.length === wanted.length && timingSafeEqual(given, wanted) ? nonce : null;
}

function markFor(services: Services, who: string): string {
  const nonce = randomBytes(12).toString('base64url');
  return `${nonce}.${services.sealer.hash(`${who}:${nonce}`, 'device')}`;
}
