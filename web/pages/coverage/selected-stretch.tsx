import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCoverage } from '../../api/coverage.ts';
import { useMay, useRunsOf } from '../../api/queries.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { RunStatus } from '../../components/run-status.tsx';
import { RunWindow } from '../../components/run-window.tsx';
import { dateTimeIn } from '../../format/time.ts';
import type { ListSearch } from '../../search.ts';
import { words } from './words.ts';
import { FillDialog } from './fill-dialog.tsx';
import { type Piece, piecesOf, runsIn, within } from './pieces.ts';
import type { Calendar, Selected } from './use-calendar.ts';

const MOST_PARTS = 12;
const MOST_RUNS = 10;

/** What the selected stretch holds, which runs touched it, and how to fill what is missing. */
export function SelectedStretch({ calendar }: { calendar: Calendar }) {
  const { selected } = calendar;
  if (selected === undefined) {
    return (
      <Text c="dimmed" mt="md">
        {words.selectFirst}
      </Text>
    );
  }
  return <Details selected={selected} calendar={calendar} />;
}

function Details({ selected, calendar: { zone, clear } }: { selected: Selected; calendar: Calendar }) {
  const [isFilling, setFilling] = useState(false);
  const mayFill = useMay('jobs.change');
  const { ground } = selected;
  const span = { from: new Date(selected.from).toISOString(), to: new Date(selected.to).toISOString() };
  const { data, error } = useCoverage(ground, span);
  const parts = data === undefined ? [] : within(piecesOf(data), selected);
  const missing = parts.filter(({ state }) => state === 'never').length;
  const expired = parts.some(({ state }) => state === 'expired');
  const shown = (instant: number) => dateTimeIn(zone, new Date(instant).toISOString());
  return (
    <section className="udm-card udm-coverage-details" aria-labelledby="selected-stretch">
      <Group justify="space-between" gap="sm">
        <div>
          <Title order={2} size="h4" id="selected-stretch">
            {words.row(ground.source, ground.type)}
          </Title>
          <Text size="sm" aria-live="polite">
            {words.stretch(shown(selected.from), shown(selected.to), zone)}
          </Text>
        </div>
        <Group gap="xs">
          {mayFill && (
            <Button disabled={missing === 0 && !expired} onClick={() => setFilling(true)}>
              {missing > 0 ? words.fill(missing) : expired ? words.fillTitle : words.nothingToFill}
            </Button>
          )}
          <Button variant="subtle" onClick={clear}>
            {words.clear}
          </Button>
        </Group>
      </Group>
      <ProblemAlert error={error} />
      <div className="udm-coverage-columns">
        <Parts parts={parts} shown={shown} />
        <Runs ids={data === undefined ? [] : runsIn(data, selected)} search={{ ...ground, windowFrom: span.from, sort: 'window' }} />
      </div>
      {isFilling && <FillDialog selected={selected} withExpired={missing === 0} shown={shown} zone={zone} onClose={() => setFilling(false)} />}
    </section>
  );
}

function Parts({ parts, shown }: { parts: readonly Piece[]; shown: (instant: number) => string }) {
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {words.holds}
      </Title>
      <Stack gap={4} component="ul" className="udm-coverage-parts">
        {parts.slice(0, MOST_PARTS).map(({ from, to, state }) => (
          <li key={from}>
            <span className="udm-coverage-cell" data-state={state} aria-hidden="true" />
            <span>
              <b>{words.state[state]}</b>{' '}
              <span>
                {shown(from)} – {shown(to)}
              </span>
            </span>
          </li>
        ))}
        {parts.length > MOST_PARTS && <li>{words.moreParts(parts.length - MOST_PARTS)}</li>}
      </Stack>
    </div>
  );
}

interface RunsProps {
  readonly ids: readonly string[];
  /** The list of History from the run on that is the first to end after the stretch has begun. */
  readonly search: ListSearch;
}

function Runs({ ids, search }: RunsProps) {
  const { runs, error } = useRunsOf(ids.slice(0, MOST_RUNS));
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {words.runs}
      </Title>
      <ProblemAlert error={error} />
      {ids.length === 0 && <Text size="sm">{words.noRuns}</Text>}
      <ul className="udm-coverage-parts">
        {runs.map((run) => (
          <li key={run.id}>
            <span>
              <Link to="/history" search={{ show: run.id }} className="udm-link">
                {run.jobTitle}
              </Link>{' '}
              <RunStatus run={run} />
              <br />
              <span>
                <RunWindow run={run} />
              </span>
            </span>
          </li>
        ))}
      </ul>
      {ids.length > 0 && (
        <Link to="/history" search={search} className="udm-link">
          {words.showRuns}
        </Link>
      )}
    </div>
  );
}
