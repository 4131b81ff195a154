import { strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { sequences } from './commands.ts';
import type { Door } from './door.ts';
import type { Stage } from './stage.ts';
import { type Tally, walk } from './walk.ts';

/**
 * `UDM_TEST_LONG=1 npx vitest run test/model` walks as many sequences as are promised, `UDM_TEST_SEQUENCES=n` so many. A failure names
 * seed and path of the smallest sequence found: `UDM_TEST_SEED=s UDM_TEST_PATH=p npx vitest run test/model/operations.test.ts` is that alone.
 */
const LONG = process.env['UDM_TEST_LONG'] === '1';
const SEQUENCES = Number(process.env['UDM_TEST_SEQUENCES'] ?? 0);
const SEED = process.env['UDM_TEST_SEED'];
const PATH = process.env['UDM_TEST_PATH'];
const REPORT_EVERY = 250;
/** With fewer sequences an answer may be missing by chance. */
const ENOUGH = 1_000;

/** How long the long form may take. */
export const PATIENCE_MS = LONG || SEQUENCES > 0 ? 4 * 3_600_000 : 180_000;

export interface Campaign {
  readonly name: string;
  readonly stage: Stage;
  readonly door: Door;
  /** Sequences of the short form, and of the long one. */
  readonly short: number;
  readonly long: number;
  /** What must have been answered at least once, as the tally names it, when there were enough sequences. */
  readonly answers: readonly string[];
}

export async function runCampaign({ name, stage, door, short, long, answers }: Campaign): Promise<void> {
  const numRuns = SEQUENCES || (LONG ? long : short);
  const seed = SEED === undefined ? Math.trunc(Math.random() * 0x7fffffff) : Number(SEED);
  const tally: Tally = new Map();
  const started = performance.now();
  let walked = 0;
  const report = () => {
    const acts = [...tally.values()].reduce((sum, count) => sum + count, 0);
    console.log(`${name}: ${walked} of ${numRuns} sequences, ${acts} acts, ${((performance.now() - started) / 1_000).toFixed(0)} s, seed ${seed}`);
  };
  const property = fc.asyncProperty(sequences, async (steps) => {
    await walk(stage, door, steps, tally);
    walked += 1;
    if (walked % REPORT_EVERY === 0) report();
  });
  await fc.assert(property, { numRuns, seed, ...(PATH !== undefined && { path: PATH }) });
  if (walked % REPORT_EVERY > 0) report();
  if (numRuns > short) for (const [answer, count] of [...tally].sort()) console.log(`${String(count).padStart(7)}  ${answer}`);
  if (walked < ENOUGH) return;
  strictEqual(answers.filter((answer) => !tally.has(answer)).join('; '), '', 'answers that no sequence had');
}
