import { Alert, Button, Group, List, Text } from '@mantine/core';
import type { AuditChainView, AuditVerificationView } from '../../../src/contract/audit.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { count } from '../../format/numbers.ts';
import { useChain, useVerification } from './use-audit.ts';
import { words } from './words.ts';

const { chain } = words;

/** How far something outside the database speaks for the log, and the way to look at all of it. */
export function ChainState() {
  const { data, error } = useChain();
  const { data: seen, error: failed, isPending, mutate } = useVerification();
  return (
    <section aria-label={chain.label} className="udm-card" style={{ padding: 16, marginBottom: 16 }}>
      <Group justify="space-between" gap="md">
        <div>{data === undefined ? <ProblemAlert error={error} /> : <Standing view={data} />}</div>
        <Button variant="default" loading={isPending} onClick={() => mutate()}>
          {chain.verify}
        </Button>
      </Group>
      <div role="status">
        {isPending && <Text size="sm">{chain.verifying}</Text>}
        {seen !== undefined && !isPending && <Seen view={seen} />}
      </div>
      {failed !== null && <ProblemAlert error={failed} />}
    </section>
  );
}

function Standing({ view: { holds: anchorHolds, anchored, records, check } }: { view: AuditChainView }) {
  const isFound = check !== null && check.found > 0;
  const holds = anchorHolds && !isFound;
  const [title, color] = !holds
    ? [chain.broken, 'var(--mantine-color-error)']
    : [anchored === null ? chain.none : chain.holds(count(anchored.number)), undefined];
  return (
    <>
      <Text fw={600} {...(color !== undefined && { c: color })}>
        {title}
      </Text>
      {!anchorHolds && <Text size="sm">{chain.brokenText}</Text>}
      {anchored === null ? (
        <Text size="sm" c="dimmed">
          {chain.noneText}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {chain.anchored} <TimeStamp at={anchored.at} precision="second" />.{' '}
          {holds && (records === anchored.number ? chain.all : chain.waiting(records - anchored.number))}
        </Text>
      )}
      {check === null ? (
        <Text size="sm" c="dimmed">
          {chain.unchecked}
        </Text>
      ) : (
        <Text size="sm" {...(!isFound && { c: 'dimmed' })}>
          {isFound
            ? chain.checkedBroken(count(check.found), chain.kinds[check.code ?? ''] ?? check.code ?? '', count(check.number ?? 0))
            : chain.checked(count(check.records))}{' '}
          <TimeStamp at={check.at} precision="second" />.
        </Text>
      )}
    </>
  );
}

function Seen({ view }: { view: AuditVerificationView }) {
  if (view.ok)
    return (
      <Text size="sm" mt="xs">
        {chain.fine(count(view.records), count(view.anchors))}
      </Text>
    );
  return (
    <Alert mt="xs" variant="light" color="red" title={chain.found(count(view.found + view.badAnchorLines.length))}>
      <List size="sm">
        {view.findings.slice(0, 10).map((one) => (
          <List.Item key={`${one.code} ${one.number} ${one.id}`}>
            {chain.where(chain.kinds[one.code] ?? one.code, count(one.number), one.upTo === undefined || one.upTo === one.number ? null : count(one.upTo))}
          </List.Item>
        ))}
        {view.badAnchorLines.length > 0 && <List.Item>{chain.lines(view.badAnchorLines.slice(0, 10).join(', '))}</List.Item>}
      </List>
      <Text size="sm" mt="xs">
        {chain.next}
      </Text>
    </Alert>
  );
}
