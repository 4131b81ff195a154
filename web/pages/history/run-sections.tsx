import { Anchor, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunDetailsView, RunTimelineEntry } from '../../../src/contract/run-details.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { useMay } from '../../api/queries.ts';
import { ManifestLinks } from '../../components/manifest-links.tsx';
import { StatusDot } from '../../components/run-status.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { byteSize, count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { AllParts } from '../artifacts/all-parts.tsx';

const { history: words } = strings;

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={3} size="h5" mb={8}>
        {title}
      </Title>
      {children}
    </section>
  );
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group component="div" gap="md" wrap="nowrap" align="baseline">
      <Text component="dt" size="sm" c="dimmed" w={120} style={{ flex: 'none' }}>
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}

/** The files of the run, each with its hash to be copied, and the manifest that lists them. */
export function Parts({ parts, manifestOf }: { parts: RunDetailsView['parts']; manifestOf: string | null }) {
  if (parts.length === 0 && manifestOf === null) return null;
  return (
    <Section title={words.parts.title}>
      <PartsTogether parts={parts} />
      <ul className="udm-plain-list">
        {parts.map((one) => (
          <li key={one.id}>
            <Text size="sm" className="udm-code">
              {one.fileName}
            </Text>
            <Text size="sm" c="dimmed">
              {words.parts.part} {strings.artifacts.partOf(one.part, one.whole.parts)} · {strings.progress.rows(count(one.rows), null)} · {byteSize(one.bytes)}{' '}
              ·{' '}
              {one.state === 'available' ? (
                <>
                  {words.parts.expires} <TimeStamp at={one.expiresAt} />
                </>
              ) : (
                words.parts.gone
              )}
            </Text>
            <Group gap={4} wrap="nowrap">
              <Text size="xs" c="dimmed" className="udm-code">
                {words.parts.hash} {one.sha256}
              </Text>
              <CopyButton text={one.sha256} what={words.parts.hashOf(one.part)} />
            </Group>
          </li>
        ))}
      </ul>
      {manifestOf !== null && <ManifestLinks runId={manifestOf} />}
    </Section>
  );
}

function PartsTogether({ parts: [first] }: { parts: RunDetailsView['parts'] }) {
  const mayDownload = useMay('artifacts.download');
  if (first === undefined || first.whole.parts < 2) return null;
  const { parts, rows, bytes } = first.whole;
  return (
    <Group gap="sm" mb={8}>
      <Text size="sm">{strings.artifacts.whole(parts, count(rows), byteSize(bytes))}</Text>
      {mayDownload && first.state === 'available' && <AllParts artifact={first} />}
    </Group>
  );
}

/** The settings of the job as they were when the run was made. */
export function Settings({ settings }: { settings: RunDetailsView['settings'] }) {
  return (
    <Section title={words.settings.title}>
      {settings === null ? (
        <Text size="sm" c="dimmed">
          {words.settings.none}
        </Text>
      ) : (
        <dl className="udm-facts">
          <Fact label={words.columns.title}>
            {settings.title} ({words.settings.version(settings.version)})
          </Fact>
          {settings.description !== '' && <Fact label={words.settings.description}>{settings.description}</Fact>}
          <Fact label={words.columns.source}>
            {settings.source} {settings.type}
          </Fact>
          <Fact label={words.facts.entityTypes}>{settings.entityTypes === 'all' ? words.facts.all : settings.entityTypes.join(', ')}</Fact>
          <Fact label={words.settings.schedule}>{settings.sentence}</Fact>
          <Fact label={words.settings.zone}>{settings.timeZone}</Fact>
          <Fact label={words.settings.range}>{settings.rangeSentence}</Fact>
          <Fact label={strings.editor.file.format}>
            {words.settings.formatOf(strings.editor.file.formatNames[settings.format], settings.format === 'csv' && settings.csvFormulas === 'escape')}
          </Fact>
          <Fact label={words.settings.split}>
            {settings.splitMegabytes === null ? strings.editor.file.single : words.settings.splitAt(settings.splitMegabytes)}
          </Fact>
          <Fact label={strings.editor.file.compression}>{strings.editor.file.compressions[settings.compression]}</Fact>
          <Fact label={words.settings.recipients}>{settings.recipients.map((one) => one.label).join(', ')}</Fact>
        </dl>
      )}
    </Section>
  );
}

/** The runs of the job around this one and who changed what between them: cause and effect stand next to each other. */
export function Timeline({ entries, runId, onOpen }: { entries: readonly RunTimelineEntry[]; runId: string; onOpen: (id: string) => void }) {
  return (
    <Section title={words.timeline.title}>
      <ol className="udm-timeline">
        {entries.map((one) => (
          <li
            key={`${one.at} ${one.runId} ${one.action ?? one.status}`}
            data-kind={one.kind}
            aria-current={one.kind === 'run' && one.runId === runId ? 'true' : undefined}
          >
            <span className="udm-timeline-at">
              <TimeStamp at={one.at} />
            </span>
            <span>{one.kind === 'run' ? <TimelineRun entry={one} isThis={one.runId === runId} onOpen={onOpen} /> : changeText(one)}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function TimelineRun({ entry, isThis, onOpen }: { entry: RunTimelineEntry; isThis: boolean; onOpen: (id: string) => void }) {
  if (entry.status === null || entry.runId === null) return null;
  const { runId, status } = entry;
  return (
    <Group component="span" gap={8} wrap="nowrap" display="inline-flex">
      <StatusDot status={status} />
      {isThis ? (
        <b>
          {words.timeline.thisRun}: {strings.status[status]}
        </b>
      ) : (
        <Anchor component="button" type="button" size="sm" underline="always" onClick={() => onOpen(runId)}>
          {strings.status[status]}
        </Anchor>
      )}
    </Group>
  );
}

function changeText({ action, actor }: RunTimelineEntry): string {
  const what = words.timeline.action[action ?? ''] ?? action ?? '';
  return actor === null ? what : `${what} ${words.timeline.by(actor)}`;
}
