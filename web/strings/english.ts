import { artifacts } from './artifacts.ts';
import { downloads } from './downloads.ts';
import { editor, units } from './editor.ts';
import { general } from './general.ts';
import { history } from './history.ts';
import { jobs } from './jobs.ts';
import { preferences } from './preferences.ts';
import { preview } from './preview.ts';
import { problems } from './problems.ts';
import { serverProblem } from './problems-of-server.ts';
import { runs } from './runs.ts';
import { schedule } from './schedule.ts';
import { lists } from './table.ts';
import type { Translation } from './translation.ts';
import { trial } from './trial.ts';

/** Every English word on screen: what is written for several pages stands at the top, each page has its name. */
export const english = {
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
} as const;

/** What a language has to say. */
export type Words = Translation<typeof english>;
