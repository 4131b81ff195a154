import { Link } from '@tanstack/react-router';
import type { RunView } from '../../../src/contract/run.ts';
import { useAttentionCount } from '../../api/runs.ts';
import { count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';

const { views: words } = strings.history;

export const HISTORY_VIEWS = ['attention', 'all', 'going', 'planned'] as const;
export type HistoryView = (typeof HISTORY_VIEWS)[number];

/** The view an address names; all runs when it names none. */
export function viewOf(name: string | undefined): HistoryView {
  return HISTORY_VIEWS.find((view) => view === name) ?? 'all';
}

/** The saved views as links, what needs somebody first and counted. */
export function HistoryViews({ view, job }: { view: HistoryView; job: RunView['jobId'] | undefined }) {
  const waiting = useAttentionCount();
  return (
    <nav className="udm-views" aria-label={words.label}>
      {HISTORY_VIEWS.map((one) => (
        <Link
          key={one}
          to="/history"
          search={{ ...(one === 'all' ? {} : { view: one }), ...(job ? { job } : {}) }}
          className="udm-view udm-focus"
          activeOptions={{ exact: true, includeSearch: true }}
          activeProps={{}}
          aria-current={one === view ? 'page' : undefined}
          data-urgent={one === 'attention' && (waiting?.count ?? 0) > 0 ? 'true' : undefined}
        >
          {one === 'attention' && waiting !== undefined ? words.count(words.attention, `${count(waiting.count)}${waiting.exact ? '' : '+'}`) : words[one]}
        </Link>
      ))}
    </nav>
  );
}
