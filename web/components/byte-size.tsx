import { byteSize, count } from '../format/numbers.ts';

/** A size in words a person can take in; the exact number is its title. */
export function ByteSize({ bytes }: { bytes: number }) {
  return (
    <span className="udm-nowrap" title={`${count(bytes)} bytes`}>
      {byteSize(bytes)}
    </span>
  );
}
