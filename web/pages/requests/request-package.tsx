import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { useMay } from '../../api/queries.ts';
import { Command } from '../../components/command.tsx';
import { DownloadIcon } from '../../components/icons.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { byteSize, count } from '../../format/numbers.ts';
import { openCommands } from '../artifacts/open-commands.ts';
import { words } from './words.ts';

const { package: labels } = words;

/** The encrypted answer to an access request, for who may hand it on. */
export function RequestPackage({ request }: { request: DataRequestDetails }) {
  const mayHandle = useMay('requests.handle');
  const file = request.package;
  if (!file) return null;
  return (
    <Stack className="udm-card" p="lg" gap="sm" component="section" aria-label={labels.title}>
      <Title order={2} size="h4">
        {labels.title}
      </Title>
      <Text size="sm">{labels.what(count(file.rows), byteSize(file.bytes))}</Text>
      <Text size="sm">
        {file.isGone ? labels.gone : labels.until} <TimeStamp at={file.expiresAt} />
      </Text>
      {mayHandle && !file.isGone && (
        <>
          <Group>
            <Button component="a" href={`/api/requests/${request.id}/package`} download={file.fileName} leftSection={<DownloadIcon />}>
              {labels.download}
            </Button>
          </Group>
          <Command title={labels.open} what={labels.command} text={openCommands(file.fileName, file.sha256).udm} />
        </>
      )}
    </Stack>
  );
}
