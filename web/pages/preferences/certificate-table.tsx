import { ActionIcon, Group, Stack, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { useDeleteCertificate } from '../../api/mutations.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { TrashIcon } from '../../components/icons.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';

const { preferences: words } = strings;

export function CertificateTable({ certificates }: { certificates: readonly CertificateView[] }) {
  const [leaving, setLeaving] = useState<CertificateView | null>(null);
  const remove = useDeleteCertificate();
  const close = () => {
    setLeaving(null);
    remove.reset();
  };
  const confirm = (certificate: CertificateView) =>
    remove.mutate(certificate.id, {
      onSuccess: () => {
        notifications.show({ message: words.deleted(certificate.label), color: 'green' });
        close();
      },
    });
  return (
    <>
      <DataTable label={words.certificates} columns={columnsOf(setLeaving)} rows={certificates} id={({ id }) => id} />
      <ConfirmDialog
        opened={leaving !== null}
        title={words.deleteTitle}
        text={words.deleteText(leaving?.label ?? '')}
        confirm={words.deleteConfirm}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving !== null && confirm(leaving)}
        onClose={close}
      />
    </>
  );
}

function columnsOf(onDelete: (certificate: CertificateView) => void): readonly Column<CertificateView>[] {
  const { columns: labels } = words;
  return [
    { key: 'label', label: labels.label, cell: (certificate) => <Name certificate={certificate} /> },
    { key: 'validity', label: labels.validity, cell: (certificate) => <Validity certificate={certificate} /> },
    { key: 'fingerprint', label: labels.fingerprint, cell: (certificate) => <Fingerprint certificate={certificate} /> },
    { key: 'key', label: labels.key, cell: ({ keyBits }) => words.rsa(keyBits) },
    { key: 'jobs', label: labels.jobs, number: true, cell: ({ jobCount }) => jobCount },
    {
      key: 'actions',
      label: strings.table.actions,
      hideLabel: true,
      cell: (certificate) => (
        <Tooltip label={words.delete(certificate.label)}>
          <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={words.delete(certificate.label)} onClick={() => onDelete(certificate)}>
            <TrashIcon />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}

function Name({ certificate }: { certificate: CertificateView }) {
  return (
    <Stack gap={2}>
      <Text component="span" size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
        {certificate.label}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {certificate.subject} · {words.owner(certificate.owner)}
      </Text>
      {certificate.warnings.map((warning) => (
        <Text key={warning} size="xs" c="var(--udm-warning)">
          {words.warnings[warning] ?? warning}
        </Text>
      ))}
    </Stack>
  );
}

function Validity({ certificate }: { certificate: CertificateView }) {
  return (
    <>
      <TimeStamp at={certificate.notAfter} />
      <Text size="xs" c="dimmed">
        {words.daysLeft(certificate.daysLeft)}
      </Text>
    </>
  );
}

function Fingerprint({ certificate }: { certificate: CertificateView }) {
  return (
    <Group gap={4} wrap="nowrap">
      <span className="udm-code udm-nowrap" title={certificate.fingerprint}>
        {certificate.fingerprint.slice(0, 16)}…
      </span>
      <CopyButton text={certificate.fingerprint} what={words.fingerprintOf(certificate.label)} />
    </Group>
  );
}
