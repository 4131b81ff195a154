/**
 * Gives the memory of bytes back at once; nobody may use them any more. Left to be collected, tens of megabytes would lie about until the
 * collector runs, and it would run for them. Bytes that share their memory with others are left alone.
 */
export function freeMemory(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
