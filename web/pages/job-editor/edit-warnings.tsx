import { Anchor, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { PreviewView } from '../../../src/contract/preview.ts';
import type { SourceView } from '../../../src/contract/source.ts';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { strings } from '../../strings.ts';
import { stretchWords } from './stretch-words.ts';

const { preview: words } = strings;

type Edit = NonNullable<PreviewView['edit']>;
type Stretch = Edit['twice'][number];

interface Props {
  readonly edit: Edit;
  readonly zone: string;
  readonly sources: readonly SourceView[];
}

/** What an edit would export once more, or no longer, against what the job has done and was going to do. */
export function EditWarnings({ edit, zone, sources }: Props) {
  if (edit.twice.length + edit.never.length === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label={words.editTitle}>
      <Title order={3} size="h5">
        {words.editTitle}
      </Title>
      <Warning title={words.editTwice} text={words.editTwiceText} stretches={edit.twice} zone={zone} sources={sources} />
      <Warning title={words.editNever} text={words.editNeverText} stretches={edit.never} zone={zone} sources={sources} />
    </Stack>
  );
}

const SHOWN_AT_FIRST = 3;

interface WarningProps {
  readonly title: string;
  readonly text: string;
  readonly stretches: readonly Stretch[];
  readonly zone: string;
  readonly sources: readonly SourceView[];
}

function Warning({ title, text, stretches, zone, sources }: WarningProps) {
  const [all, setAll] = useState(false);
  const [first] = stretches;
  if (first === undefined) return null;
  const shown = all ? stretches : stretches.slice(0, SHOWN_AT_FIRST);
  return (
    <WarningAlert title={title}>
      <List size="sm">
        {shown.map((one) => (
          <List.Item key={`${one.source} ${one.type} ${one.from} ${one.to} ${one.entityTypes.join()}`}>
            {words.ofTypes(subjectOf(one, sources), stretchWords(one, zone))}
          </List.Item>
        ))}
      </List>
      {shown.length < stretches.length && (
        <Anchor component="button" type="button" size="sm" c="var(--mantine-color-text)" underline="always" mt={4} onClick={() => setAll(true)}>
          {words.more(stretches.length - shown.length)}
        </Anchor>
      )}
      <Text size="sm" mt={4}>
        {text}
      </Text>
      <Anchor
        size="sm"
        c="var(--mantine-color-text)"
        underline="always"
        href={`/coverage?${new URLSearchParams({ source: first.source, type: first.type })}`}
        target="_blank"
        rel="noopener"
      >
        {words.toCoverage}
      </Anchor>
    </WarningAlert>
  );
}

/** All entity types of a type need no names. */
function subjectOf({ source, type, entityTypes }: Stretch, sources: readonly SourceView[]): string {
  const known = sources.find(({ name }) => name === source)?.types.find((one) => one.type === type)?.entityTypes ?? [];
  return entityTypes.length >= known.length ? `${source} ${type}` : `${source} ${type} (${entityTypes.join(', ')})`;
}
