import { VisuallyHidden } from '@mantine/core';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { SessionView } from '../../src/contract/session.ts';
import { useAttentionCount } from '../api/runs.ts';
import { count } from '../format/numbers.ts';
import { useShortcut } from '../shortcuts.ts';
import { strings } from '../strings.ts';
import { MenuIcon } from './icons.tsx';

interface Section {
  readonly to: '/jobs' | '/requests' | '/history' | '/artifacts' | '/coverage' | '/audit';
  readonly label: string;
  /** Goes there. */
  readonly keys: string;
  readonly isFor: (session: SessionView) => boolean;
}

/** The parts of the app, in the order of the work. A part that a person may not use is not shown to them. */
const SECTIONS: readonly Section[] = [
  { to: '/jobs', label: strings.tabs.jobs, keys: 'g j', isFor: seesExports },
  { to: '/requests', label: strings.tabs.requests, keys: 'g r', isFor: seesRequests },
  { to: '/history', label: strings.tabs.history, keys: 'g h', isFor: seesExports },
  { to: '/artifacts', label: strings.tabs.artifacts, keys: 'g a', isFor: seesExports },
  { to: '/coverage', label: strings.tabs.coverage, keys: 'g c', isFor: seesExports },
  { to: '/audit', label: strings.tabs.audit, keys: 'g l', isFor: seesAudit },
];

function seesExports({ mayExport }: SessionView): boolean {
  return mayExport;
}

export function seesAudit({ actions }: SessionView): boolean {
  return actions.includes('audit.see');
}

export function seesRequests({ actions }: SessionView): boolean {
  return actions.includes('requests.see');
}

/** The sections as tabs; on a narrow screen behind a button. */
export function Navigation({ session }: { session: SessionView }) {
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const navigate = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: wherever one goes, the list closes.
  useEffect(() => setOpen(false), [pathname]);
  useShortcut(
    { keys: 'n', label: strings.jobs.newJob, everywhere: true },
    session.actions.includes('jobs.create') ? () => void navigate({ to: '/jobs/new' }) : undefined,
  );
  useShortcut({ keys: '/', label: strings.shortcuts.search, everywhere: true }, focusSearch);
  const shown = SECTIONS.filter((section) => section.isFor(session));
  if (shown.length === 0) return <div className="udm-tabs" />;
  return (
    <>
      <button
        type="button"
        className="udm-burger udm-focus"
        aria-expanded={isOpen}
        aria-controls="sections"
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
      >
        <MenuIcon />
        {strings.app.menu}
      </button>
      <nav id="sections" className="udm-tabs" data-open={isOpen} aria-label={strings.app.mainNavigation}>
        {shown.map((section) => (
          <Tab key={section.to} section={section} />
        ))}
      </nav>
    </>
  );
}

function Tab({ section: { to, label, keys } }: { section: Section }) {
  const navigate = useNavigate();
  useShortcut({ keys, label, everywhere: true }, () => void navigate({ to }));
  return (
    <Link to={to} className="udm-tab udm-focus">
      {label}
      {to === '/history' && <AttentionBadge />}
    </Link>
  );
}

/** How many runs need somebody; nothing when none does. */
function AttentionBadge() {
  const total = useAttentionCount();
  if (total === undefined || total.count === 0) return null;
  const shown = total.exact ? count(total.count) : `${count(total.count)}+`;
  return (
    <span className="udm-badge">
      <span aria-hidden="true">{shown}</span>
      <VisuallyHidden>{strings.app.needAttention(shown)}</VisuallyHidden>
    </span>
  );
}

/** The first field to search in, of the page that is shown. */
function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>('#main [role="search"] input, #main input[type="search"]');
  field?.focus();
  field?.select();
}
