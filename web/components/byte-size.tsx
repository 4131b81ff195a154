import { byteSize, exactBytes } from '../format/numbers.ts';

/** A size in words a person can take in; the exact number is its title. */
export function ByteSize({ bytes }: { bytes: number }) {
  return (
    <span className="udm-nowrap" title={exactBytes(bytes)}>
      {byteSize(bytes)}
    </span>
  );
}
