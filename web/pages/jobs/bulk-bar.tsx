import { Button } from '@mantine/core';
import type { BulkAction } from '../../../src/contract/bulk.ts';
import { strings } from '../../strings.ts';
import { useToolbarKeys } from './use-toolbar-keys.ts';

const { bulk: words } = strings.jobs;
const ACTIONS: readonly BulkAction[] = ['suspend', 'resume', 'run', 'delete'];

interface Props {
  /** How many are selected; all that match when `everything`. */
  readonly count: number;
  readonly everything: boolean;
  /** How many match, in words; null when the page shows all of them. */
  readonly matching: string | null;
  readonly onAll: () => void;
  readonly onClear: () => void;
  readonly onAct: (action: BulkAction) => void;
}

/** What is selected, and what can be done with it. */
export function BulkBar({ count, everything, matching, onAll, onClear, onAct }: Props) {
  const keys = useToolbarKeys();
  return (
    <div className="udm-bulk" role="toolbar" aria-label={words.bar} {...keys}>
      <span className="udm-bulk-count" role="status">
        {everything && matching !== null ? words.allSelected(matching) : words.selected(count)}
      </span>
      {!everything && matching !== null && (
        <Button size="compact-sm" variant="subtle" onClick={onAll}>
          {words.selectAll(matching)}
        </Button>
      )}
      {ACTIONS.map((action) => (
        <Button key={action} size="compact-sm" variant="default" onClick={() => onAct(action)}>
          {words.confirm[action]}…
        </Button>
      ))}
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        {words.clear}
      </Button>
    </div>
  );
}
