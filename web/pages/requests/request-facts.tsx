import { Anchor, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { dayName } from './day-name.ts';
import { Fact, groundName, typeNames } from './fact.tsx';
import { words } from './words.ts';

const { facts: labels } = words;

export function RequestFacts({ request }: { request: DataRequestDetails }) {
  const { label, identifierTypes, receivedOn, deadlineOn, createdAt, createdBy, identityNote, extensionReason, endReason, ground, duplicateOf, holds } =
    request;
  const others = request.order.filter(({ id }) => id !== request.id);
  return (
    <Stack className="udm-card" p="lg" gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}
      </Title>
      <Stack component="dl" gap={6} m={0}>
        <Fact label={labels.person}>{label}</Fact>
        <Fact label={labels.identifiers}>{typeNames(identifierTypes)}</Fact>
        <Fact label={labels.received}>{dayName(receivedOn)}</Fact>
        <Fact label={labels.answerBy}>{dayName(deadlineOn)}</Fact>
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

function RequestLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/requests/$id" params={{ id }} {...props} />}>
      {children}
    </Anchor>
  );
}
