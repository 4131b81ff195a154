/** In what a data file is written, where that is not JSON Lines (docs/formats/artifact.md, "Formats"; decision 0022). */

/** A block of lines in the format. */
export interface Converted {
  /** In memory of their own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rows: number;
  /** What the tail must know of the block. */
  readonly meta: BlockMeta | null;
}

/** What a format keeps of a block until its file ends; only it knows what the numbers mean. */
export type BlockMeta = BigInt64Array;

/**
 * A file is the head, its blocks in their order and the tail. `convert` knows nothing of other blocks, so any thread makes any block:
 * whole lines, about `blockBytes` of them.
 */
export interface FileFormat {
  readonly blockBytes: number;
  /** What it makes is compressed already. */
  readonly isPacked: boolean;
  head(): Uint8Array<ArrayBuffer>;
  /** Throws `run.value_unfit`, and an uncoded error when lines are not of the schema. */
  convert(lines: Uint8Array): Converted;
  tail(metas: readonly BlockMeta[]): Uint8Array<ArrayBuffer>;
  /** The most that the tail of a file of so many blocks can have. */
  mostTailBytes(blocks: number): number;
}
