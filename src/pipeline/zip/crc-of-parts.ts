/**
 * CRC-32 of two stretches of bytes, one after the other, from the CRC-32 of each: the first is moved on by as many zero bytes as the
 * second is long, which is a multiplication by x^(8n) modulo the polynomial (the method of zlib's crc32_combine).
 */
export function crcOfParts(first: number, second: number, secondBytes: number): number {
  return (multiplied(powerOf(secondBytes), first) ^ second) >>> 0;
}

/** The CRC-32 polynomial, lowest power in the highest bit. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** x^(2^n) modulo the polynomial, for n from 0 on. */
const SQUARES: readonly number[] = squares();

/** x^(8 * bytes) modulo the polynomial. */
function powerOf(bytes: number): number {
  let power = ONE;
  // Byte counts pass 2^32, so bits are taken off by division.
  for (let rest = bytes, at = 3; rest > 0; rest = Math.floor(rest / 2), at += 1) {
    if (rest % 2 === 1) power = multiplied(SQUARES[at % SQUARES.length] as number, power);
  }
  return power;
}

function multiplied(one: number, other: number): number {
  let product = 0;
  let factor = other;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((one & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return product >>> 0;
}

/** x^(2^32) is x^1 again up to the order of the polynomial, which divides 2^32 - 1: 32 of them are all there are. */
function squares(): number[] {
  const found = [0x40000000];
  while (found.length < 32) found.push(multiplied(found.at(-1) as number, found.at(-1) as number));
  return found;
}
