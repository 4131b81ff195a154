import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import type { DataRequestReceipt } from '../../../src/contract/receipt.ts';
import { call } from '../../api/client.ts';
import { Command } from '../../components/command.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { CheckIcon, DownloadIcon } from '../../components/icons.tsx';
import { ProblemAlert, ProblemBox } from '../../components/problem-alert.tsx';
import { count } from '../../format/numbers.ts';
import { Fact, groundName, typeNames } from './fact.tsx';
import { ReceiptExports, ReceiptStayed, ReceiptTimes, ReceiptWork } from './receipt-parts.tsx';
import { usePaper } from './use-paper.ts';
import { receiptWords as labels } from './words.ts';

type Receipt = DataRequestReceipt['receipt'];

/** What is handed out when a request has ended, readable on the screen and on paper. It holds nothing of the person. */
export function RequestReceipt({ request: { id, receipt } }: { request: DataRequestDetails }) {
  const { data, error } = useQuery({
    queryKey: ['requests', 'receipt', id],
    enabled: receipt !== null,
    // It is signed, and never changes.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => call<DataRequestReceipt>('GET', addressOf(id), { signal }),
  });
  usePaper();
  if (receipt === null) return null;
  return (
    <Stack className="udm-card udm-receipt" p="lg" component="section" aria-label={labels.title}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {labels.title}
          </Title>
          <Text size="sm" c="dimmed">
            {labels.lead}
          </Text>
        </div>
        <Group gap="xs">
          <Button component="a" variant="default" href={addressOf(id)} download={fileOf(id)} leftSection={<DownloadIcon />}>
            {labels.download}
          </Button>
          <Button variant="default" onClick={() => window.print()}>
            {labels.print}
          </Button>
        </Group>
      </Group>
      <ProblemAlert error={error} />
      <Signature state={receipt.signature} />
      {data !== undefined && <Content receipt={data.receipt} />}
      <HowToCheck id={id} keyId={receipt.keyId} />
    </Stack>
  );
}

const addressOf = (id: string) => `/api/requests/${encodeURIComponent(id)}/receipt`;
const fileOf = (id: string) => `receipt-${id}.json`;

function Signature({ state }: { state: NonNullable<DataRequestDetails['receipt']>['signature'] }) {
  if (state !== 'whole') return <ProblemBox title={labels.title} detail={labels.signatures[state]} fix={labels.signatureFixes[state]} />;
  return (
    <Group gap={8} wrap="nowrap" className="udm-signature">
      <CheckIcon />
      <Text size="sm">{labels.signatures.whole}</Text>
    </Group>
  );
}

function Content({ receipt }: { receipt: Receipt }) {
  const { outcome, kind } = receipt.request;
  const isFinished = (receipt.notReached ?? []).length === 0;
  return (
    <>
      <Text fw={550}>{labels.outcomes[isFinished ? outcome : 'not_finished'][kind]}</Text>
      <div className="udm-receipt-columns">
        <Facts receipt={receipt} />
        <ReceiptTimes times={receipt.times} />
      </div>
      {outcome !== 'refused' && (
        <>
          <ReceiptWork work={receipt.work} />
          {(kind === 'erasure' || receipt.stayed.length > 0) && <ReceiptStayed stayed={receipt.stayed} isFinished={isFinished} />}
          {kind !== 'access' && <ReceiptExports exports={receipt.exports} />}
        </>
      )}
    </>
  );
}

function Facts({ receipt: { request, person, searched, notReached = [], approvedBy, ledger, udmVersion } }: { receipt: Receipt }) {
  const { facts } = labels;
  return (
    <Stack component="dl" gap={6} m={0}>
      <Fact label={facts.case}>{request.caseId}</Fact>
      <Fact label={facts.id}>
        <span className="udm-code">{request.id}</span>
      </Fact>
      {request.refusalGround !== null && <Fact label={facts.ground}>{groundName(request.refusalGround)}</Fact>}
      <Fact label={facts.lookedFor}>{facts.identifiers(person.identifiers, typeNames(person.types))}</Fact>
      {searched.length > 0 && <Fact label={facts.searched}>{searched.join(', ')}</Fact>}
      {notReached.length > 0 && <Fact label={facts.notReached}>{notReached.join(', ')}</Fact>}
      <Fact label={facts.agreed}>{facts.agreedBy(approvedBy)}</Fact>
      {ledger !== null && <Fact label={facts.ledger}>{facts.line(count(ledger.line))}</Fact>}
      <Fact label={facts.version}>UDM {udmVersion}</Fact>
    </Stack>
  );
}

function HowToCheck({ id, keyId }: { id: string; keyId: string }) {
  const { verify } = labels;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {verify.title}
      </Title>
      <Text size="sm">
        {verify.text}{' '}
        <Anchor size="sm" underline="always" href="/api/signing-keys/pem" download="udm-signing-key.pem">
          {verify.key}
        </Anchor>
      </Text>
      <Command title={verify.command} what={verify.command} text={`./udm request verify ${fileOf(id)} --public-key udm-signing-key.pem`} />
      <Group gap={4} wrap="nowrap">
        <Text size="sm">
          {verify.signedBy} <span className="udm-code udm-anywhere">{keyId}</span>
        </Text>
        <CopyButton text={keyId} what={verify.fingerprint} />
      </Group>
    </Stack>
  );
}
