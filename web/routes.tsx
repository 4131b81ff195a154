import { Button } from '@mantine/core';
import {
  type AsyncRouteComponent,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  useNavigate,
} from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SessionView } from '../src/contract/session.ts';
import { useSession } from './api/queries.ts';
import { EmptyState } from './components/empty-state.tsx';
import { seesAudit, seesRequests } from './components/navigation.tsx';
import { Loading } from './components/list-body.tsx';
import { ProblemAlert } from './components/problem-alert.tsx';
import { Shell } from './components/shell.tsx';
import { AccessDeniedPage } from './pages/access-denied/access-denied-page.tsx';
import { listSearch, textSearch } from './search.ts';
import { strings } from './strings.ts';

/** Each page is a file of its own, loaded when it is first opened or pointed at. */
const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Broken });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: textSearch('next', 'problem'),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const home = createRoute({ getParentRoute: () => shell, path: '/', component: Home });

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: listSearch,
  component: exportsOnly(lazyRouteComponent(() => import('./pages/jobs/jobs-page.tsx'), 'JobsPage')),
});

const jobEditor = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/new',
  validateSearch: textSearch('clone', 'fromRun'),
  component: onlyIf(
    ({ actions }) => actions.includes('jobs.create'),
    lazyRouteComponent(() => import('./pages/job-editor/job-editor-page.tsx'), 'JobEditorPage'),
  ),
});

const jobEdit = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/$id/edit',
  component: onlyIf(
    ({ actions }) => actions.includes('jobs.change'),
    lazyRouteComponent(() => import('./pages/job-editor/edit-job-page.tsx'), 'EditJobPage'),
  ),
});

const history = createRoute({
  getParentRoute: () => shell,
  path: '/history',
  validateSearch: listSearch,
  component: exportsOnly(lazyRouteComponent(() => import('./pages/history/history-page.tsx'), 'HistoryPage')),
});

const artifacts = createRoute({
  getParentRoute: () => shell,
  path: '/artifacts',
  validateSearch: listSearch,
  component: exportsOnly(lazyRouteComponent(() => import('./pages/artifacts/artifacts-page.tsx'), 'ArtifactsPage')),
});

const coverage = createRoute({
  getParentRoute: () => shell,
  path: '/coverage',
  validateSearch: textSearch('zoom', 'end', 'source', 'type', 'from', 'to'),
  component: exportsOnly(lazyRouteComponent(() => import('./pages/coverage/coverage-page.tsx'), 'CoveragePage')),
});

const requests = createRoute({
  getParentRoute: () => shell,
  path: '/requests',
  validateSearch: listSearch,
  component: onlyIf(
    seesRequests,
    lazyRouteComponent(() => import('./pages/requests/requests-page.tsx'), 'RequestsPage'),
  ),
});

const requestNew = createRoute({
  getParentRoute: () => shell,
  path: '/requests/new',
  component: onlyIf(
    handlesRequests,
    lazyRouteComponent(() => import('./pages/requests/new-request-page.tsx'), 'NewRequestPage'),
  ),
});

const requestFile = createRoute({
  getParentRoute: () => shell,
  path: '/requests/file',
  component: onlyIf(
    handlesRequests,
    lazyRouteComponent(() => import('./pages/requests/request-file-page.tsx'), 'RequestFilePage'),
  ),
});

const holds = createRoute({
  getParentRoute: () => shell,
  path: '/requests/holds',
  component: onlyIf(
    seesRequests,
    lazyRouteComponent(() => import('./pages/requests/holds-page.tsx'), 'HoldsPage'),
  ),
});

const request = createRoute({
  getParentRoute: () => shell,
  path: '/requests/$id',
  component: onlyIf(
    seesRequests,
    lazyRouteComponent(() => import('./pages/requests/request-page.tsx'), 'RequestPage'),
  ),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: listSearch,
  component: onlyIf(
    seesAudit,
    lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
  ),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  component: onlyIf(
    ({ actions }) => actions.includes('users.see'),
    lazyRouteComponent(() => import('./pages/people/users-page.tsx'), 'UsersPage'),
  ),
});

const sources = createRoute({
  getParentRoute: () => shell,
  path: '/sources',
  validateSearch: textSearch('show'),
  component: onlyIf(
    ({ actions }) => actions.includes('sources.see'),
    lazyRouteComponent(() => import('./pages/sources/sources-page.tsx'), 'SourcesPage'),
  ),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: onlyIf(
    ({ actions }) => actions.includes('settings.see'),
    lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
  ),
});

const preferences = createRoute({
  getParentRoute: () => shell,
  path: '/preferences',
  component: lazyRouteComponent(() => import('./pages/preferences/preferences-page.tsx'), 'PreferencesPage'),
});

/** Where the window of single sign-on ends that was opened to prove who one is. */
const signedIn = createRoute({
  getParentRoute: () => root,
  path: '/signed-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/signed-in-page.tsx'), 'SignedInPage'),
});

const signOut = createRoute({
  getParentRoute: () => shell,
  path: '/sign-out',
  component: lazyRouteComponent(() => import('./pages/sign-out/sign-out-page.tsx'), 'SignOutPage'),
});

/** A page about exports is shown only to those who may see exports; the server refuses the rest as well. */
function exportsOnly(Page: AsyncRouteComponent<unknown>) {
  const guarded = () => (
    <Exports>
      <Page />
    </Exports>
  );
  return Object.assign(guarded, { preload: Page.preload });
}

function Exports({ children }: { children: ReactNode }) {
  return useSession().mayExport ? children : <AccessDeniedPage />;
}

/** A page for those of whom this holds; the server refuses the rest as well. */
function onlyIf(holds: (session: SessionView) => boolean, Page: AsyncRouteComponent<unknown>) {
  const guarded = () => (holds(useSession()) ? <Page /> : <AccessDeniedPage />);
  return Object.assign(guarded, { preload: Page.preload });
}

function handlesRequests({ actions }: SessionView): boolean {
  return actions.includes('requests.handle');
}

/** The first section that somebody has. */
function Home() {
  const session = useSession();
  if (session.mayExport) return <Navigate to="/jobs" replace />;
  return seesRequests(session) ? <Navigate to="/requests" replace /> : <AccessDeniedPage />;
}

function NotFound() {
  const navigate = useNavigate();
  return (
    <main className="udm-main">
      <EmptyState
        order={1}
        title={strings.notFound.title}
        text={strings.notFound.text}
        action={<Button onClick={() => void navigate({ to: '/' })}>{strings.notFound.action}</Button>}
      />
    </main>
  );
}

function Broken({ error }: { error: unknown }) {
  return (
    <main className="udm-main">
      <ProblemAlert error={error} />
    </main>
  );
}

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signedIn,
    shell.addChildren([
      home,
      jobs,
      jobEditor,
      jobEdit,
      requests,
      requestNew,
      requestFile,
      holds,
      request,
      history,
      artifacts,
      coverage,
      audit,
      users,
      sources,
      settings,
      preferences,
      signOut,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
