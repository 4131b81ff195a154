import { artifacts } from './de/artifacts.ts';
import { downloads } from './de/downloads.ts';
import { editor, units } from './de/editor.ts';
import { general } from './de/general.ts';
import { history } from './de/history.ts';
import { jobs } from './de/jobs.ts';
import { preferences } from './de/preferences.ts';
import { preview } from './de/preview.ts';
import { problems } from './de/problems.ts';
import { serverProblem } from './de/problems-of-server.ts';
import { runs } from './de/runs.ts';
import { schedule } from './de/schedule.ts';
import { lists } from './de/table.ts';
import { trial } from './de/trial.ts';
import type { Words } from './english.ts';

/**
 * Every word on screen in German, addressed as "Sie". What is called what: job Auftrag, run Lauf, window Zeitfenster, artifact Datei,
 * source Quelle, type Typ, entity type Entitätstyp, date range Zeitraum, certificate Zertifikat, recipient Empfänger, tenant Mandant,
 * History Verlauf, Coverage Abdeckung, suspend aussetzen, resume fortsetzen, clone kopieren, settle lag Nachlaufzeit, fill füllen,
 * missed verpasst, suppressed unterdrückt, skipped ausgelassen.
 */
export const german: Words = {
  ...general,
  ...problems,
  ...lists,
  ...runs,
  serverProblem,
  units,
  jobs,
  editor,
  schedule,
  preview,
  history,
  artifacts,
  downloads,
  preferences,
  trial,
};
