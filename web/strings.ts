import type { phaseSchema, RunStatus, RunView } from '../src/contract/run.ts';
import { artifacts } from './strings/artifacts.ts';
import { editor, units } from './strings/editor.ts';
import { history } from './strings/history.ts';
import { jobs } from './strings/jobs.ts';
import { preferences } from './strings/preferences.ts';

type Phase = (typeof phaseSchema)['options'][number];

const status: Record<RunStatus, string> = {
  queued: 'Queued',
  running: 'Running',
  succeeded: 'Succeeded',
  succeeded_no_data: 'Succeeded (no data)',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const trigger: Record<RunView['trigger'], string> = { start: 'Start', run_now: 'Run now', retry: 'Retry' };

const phase: Record<Phase, string> = {
  waiting: 'Waiting for a free worker',
  connecting: 'Connecting to the source',
  counting: 'Counting rows',
  reading: 'Reading',
  sealing: 'Encrypting the last bytes',
  verifying: 'Checking the file',
  publishing: 'Publishing',
  done: 'Done',
};

/** Every English word on screen. A translation is another object of this type. */
export const strings = {
  app: {
    name: 'User Data Management',
    skip: 'Skip to content',
    mainNavigation: 'Main',
    loading: 'Loading',
    close: 'Close',
    cancel: 'Cancel',
    back: 'Back',
    notAvailable: '–',
    copy: (what: string) => `Copy ${what}`,
    copied: 'Copied',
    retry: 'Try again',
    inZone: (zone: string) => `Times are in ${zone}.`,
  },
  tabs: { jobs: 'Jobs', history: 'History', artifacts: 'Artifacts' },
  user: { menu: (name: string) => `User menu of ${name}`, preferences: 'User preferences', signOut: 'Sign out', tenant: (name: string) => `Tenant ${name}` },
  problem: {
    title: 'This did not work',
    fieldsTitle: (count: number) => (count === 1 ? 'One field needs your attention' : `${count} fields need your attention`),
    fieldsText: 'Each is explained at its field above. Nothing was saved.',
    fix: 'What to do: ',
    requestId: (id: string) => `Request id ${id}`,
    unreachable: 'UDM does not answer.',
    unreachableFix: 'Check your network, and that UDM is running; then try again.',
    unreadable: (code: number) => `The answer could not be read (HTTP ${code}).`,
    unreadableFix: 'Try again. If it lasts, tell the person who runs UDM: something between this page and UDM answered instead.',
    unexpected: 'This page ran into an error.',
    unexpectedFix: 'Load the page again. If it lasts, tell the person who runs UDM.',
  },
  /** Field messages in the words of the form; codes not named here show the server's own text and fix. */
  fieldProblem: {
    'title.required': 'Write a title of 1 to 200 characters.',
    'source.unknown': 'Choose a source.',
    'type.not_supported': 'Choose a type this source offers.',
    'entity_types.empty': 'Choose at least one entity type, or switch “All entity types” on.',
    'range.required': 'Choose a date range.',
    'range.order': 'The end must be after the start.',
    'range.future': 'The end lies in the future. Choose an end that has passed.',
    'range.value': 'Use a whole number, 1 or more.',
    'range.too_long': 'The interval is too long: at most 100 years.',
    'timestamp.invalid': 'Choose a date and a time.',
    'recipients.required': 'Choose at least one certificate.',
    'certificate.none': 'There is no valid certificate to encrypt to. Upload one under User preferences first.',
  } as Record<string, string>,
  /** Advice in the words of this page, where the server's speaks of the parts of an answer. */
  fix: {
    'source.permission': 'Have SELECT granted on the table named above, then run it again.',
    'source.missing_table': 'Have the catalog compared with the database; the table is named above.',
    'source.missing_column': 'Have the catalog compared with the database; the column is named above.',
    'certificate.expired': 'Upload one that is valid now.',
    'certificate.not_yet_valid': 'Upload one that is valid now, or check the clock of the server.',
    'certificate.in_use': 'Delete the jobs that use it first.',
    'quota.jobs': 'Delete jobs that are no longer needed.',
    'entity_types.unknown': 'Choose from the list.',
    'sign_in.too_many': 'Wait some minutes, then try again.',
  } as Record<string, string>,
  status,
  trigger,
  phase,
  units,
  signIn: {
    title: 'Sign in',
    lead: 'Export your contact-centre data, encrypted so that only you can read it.',
    tenant: 'Tenant',
    tenantHint: 'Leave it empty if you were not given one. You may also write tenant\\user as the user name.',
    user: 'User name',
    userMissing: 'Write your user name.',
    next: 'Next',
    password: 'Password',
    passwordMissing: 'Write your password.',
    submit: 'Sign in',
    as: (user: string) => `Signing in as ${user}`,
    change: 'Change user',
  },
  denied: {
    title: 'Access Denied',
    text: 'Your roles do not allow you to see exports.',
    fix: 'Ask your tenant administrator for the role UCSX Exporter or iWD Administrator.',
  },
  notFound: { title: 'There is no such page', text: 'The address may be mistyped, or what it showed was deleted.', action: 'Go to Jobs' },
  table: {
    select: (title: string) => `Select ${title}`,
    selectHeader: 'Selected',
    sortBy: (column: string) => `Sort by ${column}`,
    pages: 'Pages',
    page: { first: 'First page', previous: 'Previous page', next: 'Next page', last: 'Last page' },
    count: (total: number, one: string, many: string) => `${total.toLocaleString('en-GB')} ${total === 1 ? one : many}`,
    actions: 'Actions',
  },
  filter: {
    group: 'Filters',
    text: 'Search',
    textHint: 'Search',
    source: 'Source',
    allSources: 'All sources',
    type: 'Type',
    allTypes: 'All types',
    status: 'Status',
    allStatuses: 'All statuses',
    clear: 'Clear filters',
    sort: 'Sort by',
    nothing: 'Nothing matches',
    nothingText: 'No entry fits these filters.',
    onlyJob: (title: string) => `Only runs of “${title}”`,
    onlyFilesOfJob: (title: string) => `Only files of “${title}”`,
    onlyFilesOfRun: 'Only files of one run',
    oneJob: 'one job',
    showAll: 'Show all',
  },
  progress: {
    label: (title: string) => `Progress of ${title}`,
    percent: (value: number) => `${Math.floor(value)} %`,
    cancelling: 'Cancelling',
    rows: (rows: string, estimated: string | null) => (estimated === null ? `${rows} rows` : `${rows} rows of about ${estimated}`),
    bytes: (read: string, written: string) => `${read} read, ${written} written`,
    left: (time: string) => `About ${time} left`,
    leftUnknown: 'Time left not known yet',
  },
  jobs,
  editor,
  history,
  artifacts,
  preferences,
} as const;
