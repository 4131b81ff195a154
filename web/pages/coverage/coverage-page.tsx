import './coverage.css';
import { Alert, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Ground, useCoverageSources } from '../../api/coverage.ts';
import { useArtifacts, useRuns } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { BoxIcon } from '../../components/icons.tsx';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { dateIn } from '../../format/time.ts';
import { useShortcut } from '../../shortcuts.ts';
import { words } from './words.ts';
import { ZOOMS, type Zoom } from './calendar.ts';
import { CoverageGrid } from './coverage-grid.tsx';
import { Legend } from './legend.tsx';
import { SelectedStretch } from './selected-stretch.tsx';
import { type Calendar, useCalendar } from './use-calendar.ts';

/** A calendar strip for each source and type; what is missing can be found, selected and filled. */
export function CoveragePage() {
  const { data, error } = useCoverageSources();
  const calendar = useCalendar();
  const types = (data?.items ?? []).flatMap(({ source, types: all }) => all.map((one) => ({ source, type: one.type, hasTime: one.hasTime })));
  const grounds = types.filter(({ hasTime }) => hasTime).map(({ source, type }) => ({ source, type }));
  const timeless = types.filter(({ hasTime }) => !hasTime);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <ProblemAlert error={error} />
      {data === undefined && error === null && <Loading />}
      {data !== undefined && grounds.length === 0 && <EmptyState icon={<BoxIcon />} title={words.empty} text={words.emptyText} />}
      {grounds.length > 0 && (
        <>
          <NothingYet />
          <Toolbar calendar={calendar} grounds={grounds} />
          <CoverageGrid calendar={calendar} grounds={grounds} />
          <Legend />
          <SelectedStretch calendar={calendar} />
        </>
      )}
      {data?.items.some((one) => one.deletedAt !== null) && (
        <Text size="sm" c="dimmed" mt="md">
          {words.deleted}
        </Text>
      )}
      {timeless.length > 0 && grounds.length > 0 && (
        <Text size="sm" c="dimmed" mt="md">
          {words.noTime} {timeless.map(({ source, type }) => words.row(source, type)).join(', ')}
        </Text>
      )}
    </>
  );
}

/** A calendar full of gaps is no fault before the first export. */
function NothingYet() {
  // Either may be gone where the other is not: a run from History, and files are not made where there was no data.
  const runs = useRuns({ status: 'succeeded,succeeded_no_data', limit: 1 });
  const files = useArtifacts({ limit: 1 });
  const navigate = useNavigate();
  if (runs.data?.total.count !== 0 || files.data?.total.count !== 0) return null;
  return (
    <Alert color="blue" variant="light" title={words.nothingYet} mb="md">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{words.nothingYetText}</Text>
        <Button size="compact-sm" variant="default" onClick={() => void navigate({ to: '/jobs' })}>
          {words.nothingYetAction}
        </Button>
      </Group>
    </Alert>
  );
}

/** Which part of the calendar is shown, and the way from gap to gap. */
function Toolbar({ calendar, grounds }: { calendar: Calendar; grounds: readonly Ground[] }) {
  const { cells, zone, zoom } = calendar;
  const [said, setSaid] = useState('');
  const [failed, setFailed] = useState<unknown>(null);
  const ground = calendar.selected?.ground ?? calendar.place?.ground ?? grounds[0];
  const jump = async (direction: 'next' | 'previous') => {
    if (ground === undefined) return;
    const row = words.row(ground.source, ground.type);
    setFailed(null);
    try {
      const found = await calendar.jump(ground, direction);
      setSaid(found ? '' : direction === 'next' ? words.noNextGap(row) : words.noPreviousGap(row));
    } catch (error) {
      setSaid('');
      setFailed(error);
    }
  };
  useShortcut({ keys: ']', label: words.nextGap }, () => void jump('next'));
  useShortcut({ keys: '[', label: words.previousGap }, () => void jump('previous'));
  // Where brackets need Option or AltGr, as on a German keyboard, these are within reach.
  useShortcut({ keys: '.', label: words.nextGap }, () => void jump('next'));
  useShortcut({ keys: ',', label: words.previousGap }, () => void jump('previous'));
  const [first, last] = [cells[0]?.from ?? 0, (cells.at(-1)?.to ?? 1) - 1];
  return (
    <>
      <Group mb="xs" gap="sm" justify="space-between">
        <Group gap="xs">
          <SegmentedControl
            aria-label={words.zoom}
            data={ZOOMS.map((one) => ({ value: one, label: words.zooms[one] }))}
            value={zoom}
            onChange={(value) => calendar.setZoom(value as Zoom)}
          />
          <Button.Group>
            <Button variant="default" onClick={() => calendar.move(-1)}>
              {words.earlier}
            </Button>
            <Button variant="default" onClick={calendar.toToday}>
              {words.today}
            </Button>
            <Button variant="default" onClick={() => calendar.move(1)}>
              {words.later}
            </Button>
          </Button.Group>
        </Group>
        <Button.Group>
          <Button variant="default" onClick={() => void jump('previous')}>
            {words.previousGap}
          </Button>
          <Button variant="default" onClick={() => void jump('next')}>
            {words.nextGap}
          </Button>
        </Button.Group>
      </Group>
      <Group justify="space-between" gap="xs" mb="xs">
        <Text size="sm" fw={550}>
          {words.shown(dateIn(zone, new Date(first).toISOString()), dateIn(zone, new Date(last).toISOString()), zone)}
        </Text>
        <Text size="sm" c="dimmed" aria-live="polite">
          {said}
        </Text>
      </Group>
      <ProblemAlert error={failed} title={words.gapRefused} />
    </>
  );
}
