import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2) as (algorithm: 'argon2id', parameters: object) => Promise<Buffer>;

/** OWASP password storage cheat sheet: argon2id, 19 MiB, 2 passes, 1 lane. */
const COST = { parallelism: 1, memory: 19_456, passes: 2, tagLength: 32 } as const;

/** Hash in the PHC-like form `argon2id$memory$passes$salt$tag` (base64url). */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive('argon2id', { message: password.normalize('NFKC'), nonce, ...COST });
  return ['argon2id', COST.memory, COST.passes, nonce.toString('base64url'), tag.toString('base64url')].join('$');
}

/** Whether the password fits. A null hash (unknown user) costs the same time and never fits. */
export async function passwordFits(password: string, hash: string | null): Promise<boolean> {
  const [, memory, passes, salt, tag] = (hash ?? `argon2id$${COST.memory}$${COST.passes}$AAAAAAAAAAAAAAAAAAAAAA$`).split('$');
  const wanted = Buffer.from(tag ?? '', 'base64url');
  const made = await derive('argon2id', {
    message: password.normalize('NFKC'),
    nonce: Buffer.from(salt ?? '', 'base64url'),
    parallelism: 1,
    memory: Number(memory),
    passes: Number(passes),
    tagLength: 32,
  });
  return wanted.length === made.length && timingSafeEqual(wanted, made) && hash !== null;
}
