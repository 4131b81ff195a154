import type { RunStatus } from '../../../src/contract/run.ts';
import { STATUS_COLOURS } from '../../components/run-status.tsx';

export type MarkKind = RunStatus | 'planned';

/** Each status has a shape of its own, so that nobody needs the colour; drawn around 0, 0. */
const SHAPES: Record<MarkKind, { readonly path: string; readonly filled: boolean }> = {
  succeeded: { path: 'M-5,0 a5,5 0 1,0 10,0 a5,5 0 1,0 -10,0', filled: true },
  succeeded_no_data: { path: 'M-5,0 a5,5 0 1,0 10,0 a5,5 0 1,0 -10,0', filled: false },
  failed: { path: 'M-5,-5 L5,5 M5,-5 L-5,5', filled: false },
  missed: { path: 'M0,-6 L6,0 L0,6 L-6,0 Z', filled: false },
  cancelled: { path: 'M-5,-5 H5 V5 H-5 Z', filled: true },
  suppressed: { path: 'M-5,-5 H5 V5 H-5 Z', filled: false },
  skipped: { path: 'M-5,0 H5', filled: false },
  running: { path: 'M-4,-6 L6,0 L-4,6 Z', filled: true },
  queued: { path: 'M-4,-6 L6,0 L-4,6 Z', filled: false },
  scheduled: { path: 'M-5,-3 H5 M-5,3 H5', filled: false },
  planned: { path: 'M0,-6 V6 M-6,0 H6', filled: false },
};

/** The mark of a status at a place of the chart. */
export function RunMark({ kind, x = 0, y = 0 }: { kind: MarkKind; x?: number; y?: number }) {
  const { path, filled } = SHAPES[kind];
  const colour = kind === 'planned' ? 'var(--mantine-color-indigo-5)' : STATUS_COLOURS[kind];
  return <path d={path} transform={`translate(${x},${y})`} fill={filled ? colour : 'none'} stroke={colour} strokeWidth={2} strokeLinecap="round" />;
}

/** The same in a line of text. */
export function MarkIcon({ kind }: { kind: MarkKind }) {
  return (
    <svg width={16} height={16} viewBox="-8 -8 16 16" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      <RunMark kind={kind} />
    </svg>
  );
}
