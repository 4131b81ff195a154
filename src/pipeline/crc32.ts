const POLYNOMIAL = 0xedb88320;
/** One table per byte of a word ("slicing by four"). */
const TABLES = makeTables();

function makeTables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    return value;
  });
  const next = (table: Uint32Array) => table.map((value) => (first[value & 0xff] ?? 0) ^ (value >>> 8));
  const second = next(first);
  const third = next(second);
  return [first, second, third, next(third)];
}

/** CRC-32 (the zip's) of the bytes after those whose CRC is `before`. For places without zlib. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [first, second, third, fourth] = TABLES;
  let crc = ~before;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    crc ^= (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    crc = (fourth[crc & 0xff] as number) ^ (third[(crc >>> 8) & 0xff] as number) ^ (second[(crc >>> 16) & 0xff] as number) ^ (first[crc >>> 24] as number);
  }
  for (; at < bytes.length; at += 1) crc = (first[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
