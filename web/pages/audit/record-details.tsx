import { Drawer, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { count } from '../../format/numbers.ts';
import { strings } from '../../strings.ts';
import { Who } from './audit-table.tsx';
import type { AuditRow } from './use-audit.ts';
import { words } from './words.ts';

interface Props {
  readonly number: string | undefined;
  /** Undefined while they are read. */
  readonly rows: readonly AuditRow[] | undefined;
  readonly onClose: () => void;
}

/** Everything in one record, beside the list; which one is in the address. */
export function RecordDetails({ number, rows, onClose }: Props) {
  const row = rows?.find((one) => one.id === number);
  const title = words.record(number === undefined ? '' : count(Number(number)));
  return (
    <Drawer opened={number !== undefined} onClose={onClose} position="right" size="lg" title={title} closeButtonProps={{ 'aria-label': strings.app.close }}>
      {rows !== undefined && row === undefined && <Text>{words.gone}</Text>}
      {row !== undefined && <Facts row={row} />}
    </Drawer>
  );
}

function Facts({ row }: { row: AuditRow }) {
  const { columns, facts } = words;
  const { by, object } = row;
  return (
    <Stack component="dl" gap={6} m={0}>
      <Fact label={columns.action}>
        <span className="udm-code">{row.action}</span>
      </Fact>
      <Fact label={columns.at}>
        <TimeStamp at={row.at} precision="second" />
      </Fact>
      <Fact label={columns.who}>
        <Who row={row} />
      </Fact>
      {by.userId !== null && <Copied label={facts.userId} text={by.userId} />}
      {by.tokenId !== null && <Copied label={facts.token} text={by.tokenId} />}
      <Fact label={columns.from}>{row.from ?? words.nowhere}</Fact>
      <Fact label={columns.object}>{words.objects[object.kind] ?? object.kind}</Fact>
      {object.id !== null && <Copied label={facts.id} text={object.id} />}
      {Object.entries(row.detail).map(([name, value]) => (
        <Fact key={name} label={name}>
          {String(value)}
        </Fact>
      ))}
      {Object.keys(row.detail).length === 0 && <Fact label={facts.detail}>{words.noDetail}</Fact>}
      <Copied label={facts.hash} text={row.hash} />
    </Stack>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  return (
    <Fact label={label}>
      <Group component="span" gap={4} wrap="nowrap">
        <span className="udm-code">{text}</span>
        <CopyButton text={text} what={label} />
      </Group>
    </Fact>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group component="div" gap="md" wrap="nowrap" align="baseline">
      <Text component="dt" size="sm" c="dimmed" w={110} style={{ flex: 'none', overflowWrap: 'anywhere' }}>
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}
