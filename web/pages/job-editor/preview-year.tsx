import { Anchor, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { PreviewView } from '../../../src/contract/preview.ts';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { strings } from '../../strings.ts';
import { stretchWords } from './stretch-words.ts';

const { preview: words } = strings;

type Year = NonNullable<PreviewView['year']>;

interface Props {
  readonly year: Year | null;
  readonly zone: string;
  readonly isEdit: boolean;
}

/** What a year with these settings leaves out or exports twice, together with what the job has exported already. */
export function PreviewYear({ year, zone, isEdit }: Props) {
  if (year === null) return null;
  const exact = year.twice.length === 0 && year.never.length === 0;
  return (
    <Stack gap="sm" component="section" aria-label={words.year}>
      <Title order={3} size="h5">
        {words.year}
      </Title>
      {isEdit && year.startsNewChain && (
        <WarningAlert title={words.chain}>
          <Text size="sm">{words.chainText}</Text>
        </WarningAlert>
      )}
      {exact && <Text size="sm">{words.complete}</Text>}
      <Stretches title={words.twice} stretches={year.twice} zone={zone} />
      <Stretches title={words.never} stretches={year.never} zone={zone} />
    </Stack>
  );
}

const SHOWN_AT_FIRST = 5;

function Stretches({ title, stretches, zone }: { title: string; stretches: Year['twice']; zone: string }) {
  const [all, setAll] = useState(false);
  if (stretches.length === 0) return null;
  const shown = all ? stretches : stretches.slice(0, SHOWN_AT_FIRST);
  return (
    <div>
      <Text size="sm" fw={550}>
        {title} ({words.stretches(stretches.length)})
      </Text>
      <List size="sm" mt={4}>
        {shown.map((stretch) => (
          <List.Item key={`${stretch.from} ${stretch.to}`}>{stretchWords(stretch, zone)}</List.Item>
        ))}
      </List>
      {shown.length < stretches.length && (
        <Anchor component="button" type="button" size="sm" underline="always" mt={4} onClick={() => setAll(true)}>
          {words.more(stretches.length - shown.length)}
        </Anchor>
      )}
    </div>
  );
}
