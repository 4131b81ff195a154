import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { dayName } from './day-name.ts';
import { words } from './words.ts';

const { facts: labels } = words;

export function RequestFacts({ request }: { request: DataRequestDetails }) {
  const { label, identifierTypes, receivedOn, createdAt, createdBy, identityNote, extensionReason, endReason, ground, duplicateOf, holds } = request;
  const others = request.order.filter(({ id }) => id !== request.id);
  return (
    <Stack className="udm-card" p="lg" gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}
      </Title>
      <Stack component="dl" gap={6} m={0}>
        <Fact label={labels.person}>{label}</Fact>
        <Fact label={labels.identifiers}>{identifierTypes.map((type) => words.types[type as keyof typeof words.types]).join(', ')}</Fact>
        <Fact label={labels.received}>{dayName(receivedOn)}</Fact>
        <Fact label={labels.submitted}>
          {createdBy}, <TimeStamp at={createdAt} />
        </Fact>
        <Fact label={labels.identity}>{identityNote ?? labels.noIdentity}</Fact>
        {extensionReason !== null && <Fact label={labels.extension}>{extensionReason}</Fact>}
        {ground !== null && <Fact label={labels.ground}>{groundName(ground)}</Fact>}
        {endReason !== null && <Fact label={labels.end}>{endReason}</Fact>}
        {duplicateOf !== null && (
          <Fact label={labels.duplicateOf}>
            <RequestLink id={duplicateOf}>{labels.other}</RequestLink>
          </Fact>
        )}
        {others.length > 0 && (
          <Fact label={labels.order}>
            {others.map(({ id, kind, state }) => (
              <div key={id}>
                <RequestLink id={id}>
                  {words.kinds[kind]}: {words.states[state]}
                </RequestLink>
              </div>
            ))}
          </Fact>
        )}
        {holds.length > 0 && (
          <Fact label={labels.holds}>
            <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/requests/holds" {...props} />}>
              {labels.holdCount(holds.length)}
            </Anchor>
          </Fact>
        )}
      </Stack>
    </Stack>
  );
}

function groundName(ground: string): string {
  return (words.grounds as Readonly<Record<string, string>>)[ground] ?? ground;
}

function RequestLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/requests/$id" params={{ id }} {...props} />}>
      {children}
    </Anchor>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="udm-fact">
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
        {children}
      </Text>
    </div>
  );
}
