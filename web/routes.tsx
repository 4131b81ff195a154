import { createRootRoute, createRoute, createRouter, Navigate, Outlet, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useSession } from './api/queries.ts';
import { EmptyState } from './components/empty-state.tsx';
import { ProblemAlert } from './components/problem-alert.tsx';
import { Shell } from './components/shell.tsx';
import { AccessDeniedPage } from './pages/access-denied/access-denied-page.tsx';
import { ArtifactsPage } from './pages/artifacts/artifacts-page.tsx';
import { HistoryPage } from './pages/history/history-page.tsx';
import { EditJobPage } from './pages/job-editor/edit-job-page.tsx';
import { JobEditorPage } from './pages/job-editor/job-editor-page.tsx';
import { JobsPage } from './pages/jobs/jobs-page.tsx';
import { PreferencesPage } from './pages/preferences/preferences-page.tsx';
import { SignInPage } from './pages/sign-in/sign-in-page.tsx';
import { listSearch, textSearch } from './search.ts';
import { strings } from './strings.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Broken });

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', validateSearch: textSearch('next'), component: SignInPage });

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const home = createRoute({ getParentRoute: () => shell, path: '/', component: Home });

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: listSearch,
  component: () => (
    <Exports>
      <JobsPage />
    </Exports>
  ),
});

const jobEditor = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/new',
  validateSearch: textSearch('clone'),
  component: () => (
    <Exports>
      <JobEditorPage />
    </Exports>
  ),
});

const jobEdit = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/$id/edit',
  component: () => (
    <Exports>
      <EditJobPage />
    </Exports>
  ),
});

const history = createRoute({
  getParentRoute: () => shell,
  path: '/history',
  validateSearch: listSearch,
  component: () => (
    <Exports>
      <HistoryPage />
    </Exports>
  ),
});

const artifacts = createRoute({
  getParentRoute: () => shell,
  path: '/artifacts',
  validateSearch: listSearch,
  component: () => (
    <Exports>
      <ArtifactsPage />
    </Exports>
  ),
});

const preferences = createRoute({ getParentRoute: () => shell, path: '/preferences', component: PreferencesPage });

/** Pages about exports are shown only to those who may see exports; the server refuses the rest as well. */
function Exports({ children }: { children: ReactNode }) {
  return useSession().mayExport ? children : <AccessDeniedPage />;
}

function Home() {
  return useSession().mayExport ? <Navigate to="/jobs" replace /> : <AccessDeniedPage />;
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
  routeTree: root.addChildren([signIn, shell.addChildren([home, jobs, jobEditor, jobEdit, history, artifacts, preferences])]),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
