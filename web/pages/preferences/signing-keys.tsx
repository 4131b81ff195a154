import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SigningKeyView } from '../../../src/contract/signing-key.ts';
import { call } from '../../api/client.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { DownloadIcon } from '../../components/icons.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';

const { signingKeys: words } = strings.preferences;

/** The public keys that prove which UDM made a file; whoever checks one compares the fingerprint with this page. */
export function SigningKeys() {
  const { data, error } = useQuery({
    queryKey: ['signing-keys'],
    queryFn: ({ signal }) => call<{ readonly items: readonly SigningKeyView[] }>('GET', '/api/signing-keys', { signal }),
  });
  return (
    <Stack className="udm-card" p="lg" component="section" aria-label={words.title}>
      <div>
        <Title order={2} size="h4">
          {words.title}
        </Title>
        <Text size="sm" c="dimmed" maw={760}>
          {words.lead}
        </Text>
      </div>
      <ProblemAlert error={error} />
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {data?.items.map((key) => (
          <li key={key.id}>
            <SigningKey signingKey={key} />
          </li>
        ))}
      </ul>
      <Button
        component="a"
        href="/api/signing-keys/pem"
        download="udm-signing-key.pem"
        variant="default"
        leftSection={<DownloadIcon />}
        style={{ alignSelf: 'start' }}
      >
        {words.download}
      </Button>
    </Stack>
  );
}

function SigningKey({ signingKey: { id, createdAt, retiredAt } }: { signingKey: SigningKeyView }) {
  return (
    <>
      <Text size="sm" c={retiredAt === null ? undefined : 'dimmed'}>
        {retiredAt === null ? words.inUse : words.earlier}: <TimeStamp at={createdAt} />
        {retiredAt !== null && (
          <>
            {' '}
            – <TimeStamp at={retiredAt} />
          </>
        )}
      </Text>
      <Group gap={4} wrap="nowrap">
        <span className="udm-code" style={{ overflowWrap: 'anywhere' }}>
          {id}
        </span>
        <CopyButton text={id} what={words.fingerprint} />
      </Group>
    </>
  );
}
