const NEW_LINE = 10;
/** Later stages pay per batch (a call into zlib or a cipher costs about 60 µs), so batches are not small. */
const BATCH_BYTES = 128 * 1024;

/**
 * Cuts a byte stream into batches of whole lines, each at least `minimum` bytes long save the last.
 * A batch owns its memory, so that a consumer may hand it to another thread. Holds one batch at most.
 */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array>, minimum = BATCH_BYTES): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const cut = chunk.lastIndexOf(NEW_LINE) + 1;
    if (cut === 0 || size + cut < minimum) {
      held.push(chunk);
      size += chunk.length;
      continue;
    }
    yield joined([...held, chunk.subarray(0, cut)], size + cut);
    held = cut < chunk.length ? [chunk.subarray(cut)] : [];
    size = chunk.length - cut;
  }
  if (size > 0) yield joined(held, size);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  // Not from Node's shared pool: a transfer to another thread would take the pool along.
  const whole = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
