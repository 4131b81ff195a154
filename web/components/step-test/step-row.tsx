import './steps.css';
import { Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';

const SIGNS = { waiting: '·', running: '', ok: '✓', failed: '✕', skipped: '–' } as const;

interface Props {
  /** Left out: its turn has not come. */
  readonly state: 'running' | 'ok' | 'failed' | 'skipped' | undefined;
  readonly name: string;
  /** The state in words, and what belongs to it. */
  readonly told: (state: keyof typeof SIGNS) => string;
  /** What was found, or what is wrong. */
  readonly children: ReactNode;
}

/** One step of a test. */
export function StepRow({ state, name, told, children }: Props) {
  const shown = state ?? 'waiting';
  return (
    <li data-state={shown}>
      <span className="udm-step-sign" aria-hidden="true">
        {shown === 'running' ? <Loader size={14} /> : SIGNS[shown]}
      </span>
      <div>
        <Text size="sm" fw={shown === 'failed' ? 650 : 500}>
          {name} <span className="udm-step-state">({told(shown)})</span>
        </Text>
        {children}
      </div>
    </li>
  );
}
