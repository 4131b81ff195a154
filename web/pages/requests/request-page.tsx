import './requests.css';
import { Anchor, Grid, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { Loading } from '../../components/list-body.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { plainCause, plainFix, ProblemAlert, ProblemBox } from '../../components/problem-alert.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { count } from '../../format/numbers.ts';
import { duration } from '../../format/time.ts';
import { DeadlineChip } from './deadline-chip.tsx';
import { BackToRequests } from './back-to-requests.tsx';
import { nowText } from './now-text.ts';
import { RequestActs } from './request-acts.tsx';
import { RequestExports } from './request-exports.tsx';
import { RequestFacts } from './request-facts.tsx';
import { RequestFindings } from './request-findings.tsx';
import { RequestHistory } from './request-history.tsx';
import { RequestPackage } from './request-package.tsx';
import { RequestReceipt } from './request-receipt.tsx';
import { RequestStages } from './request-stages.tsx';
import { RequestState } from './request-state.tsx';
import { useRequest } from './use-requests.ts';
import { words } from './words.ts';

const { now: labels } = words;

/** One request: where it stands, what can be done with it, what was found. It is read again while UDM goes on with it. */
export function RequestPage() {
  const { id } = useParams({ from: '/shell/requests/$id' });
  const { data: request, error } = useRequest(id);
  return (
    <>
      <BackToRequests />
      {request === undefined && error === null && <Loading />}
      {request === undefined && error !== null && (
        <>
          <PageHeader title={words.title} />
          <ProblemAlert error={error} />
        </>
      )}
      {request !== undefined && <Request key={id} request={request} error={error} />}
    </>
  );
}

function Request({ request, error }: { request: DataRequestDetails; error: unknown }) {
  return (
    <>
      <PageHeader title={`${words.kinds[request.kind]} ${request.caseId}`}>{request.endedAt === null && <DeadlineChip of={request} />}</PageHeader>
      <Stack gap="lg" className="udm-request">
        <ProblemAlert error={error} />
        <RequestStages request={request} />
        <Now request={request} />
        <RequestPackage request={request} />
        <RequestExports request={request} />
        <RequestReceipt request={request} />
        {request.receipt === null ? (
          <Columns left={<RequestFindings request={request} />} right={<About request={request} />} />
        ) : (
          <Columns left={<RequestFacts request={request} />} right={<RequestHistory request={request} />} />
        )}
      </Stack>
    </>
  );
}

function Columns({ left, right }: { left: ReactNode; right: ReactNode }) {
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>{left}</Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>{right}</Grid.Col>
    </Grid>
  );
}

function About({ request }: { request: DataRequestDetails }) {
  return (
    <Stack gap="lg">
      <RequestFacts request={request} />
      <RequestHistory request={request} />
    </Stack>
  );
}

/** What happens at this moment, for how long, and what somebody can do about it. */
function Now({ request }: { request: DataRequestDetails }) {
  const { state, error, people, stopUntil, waitsFor, waitsForDownload, steps } = request;
  const comesFirst = waitsFor !== null && request.endedAt === null && request.order.some(({ id }) => id === waitsFor);
  return (
    <Stack className="udm-card" p="lg" gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}: <RequestState request={request} />
      </Title>
      <Text role="status">{nowText(request)}</Text>
      {people !== null && state !== 'discovery' && <Text size="sm">{labels.people(people)}</Text>}
      {state === 'discovery' || state === 'running' ? <Steps request={request} /> : null}
      {stopUntil !== null && (
        <Text size="sm">
          {labels.stopUntil} <TimeStamp at={stopUntil} />
        </Text>
      )}
      {state === 'verified' && steps.nextAt !== null && (
        <Text size="sm">
          {labels.lastSearch} <TimeStamp at={steps.nextAt} />
        </Text>
      )}
      {waitsFor !== null && (comesFirst || waitsForDownload) && (
        <Text size="sm">
          {labels.waitsFor}{' '}
          <Anchor size="sm" underline="always" renderRoot={(props) => <Link to="/requests/$id" params={{ id: waitsFor }} {...props} />}>
            {labels.toAccess}
          </Anchor>
        </Text>
      )}
      {error !== null && state !== 'ambiguous' && <ProblemBox title={labels.failedTitle} detail={causeOf(error)} fix={plainFix(error.code, error.fix)} />}
      <RequestActs request={request} />
    </Stack>
  );
}

function causeOf({ code, text, value }: NonNullable<DataRequestDetails['error']>): string {
  const cause = plainCause(code, text);
  return typeof value === 'string' ? `${cause} (${value})` : cause;
}

function Steps({ request: { steps, error } }: { request: DataRequestDetails }) {
  if (steps.total === 0) return null;
  const { done, total, secondsLeft } = steps;
  const progress = labels.progress(count(done), count(total));
  // What stands still takes no time that one could tell.
  const text = secondsLeft === null || error !== null ? progress : `${progress}, ${labels.left(duration(secondsLeft))}`;
  return (
    <Group gap="sm">
      <Progress.Root w={240}>
        <Progress.Section value={(done / total) * 100} aria-label={labels.title} aria-valuetext={text} />
      </Progress.Root>
      <Text size="sm">{text}</Text>
    </Group>
  );
}
