import { ActionIcon, Group, Stack, Text, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { useDeleteCertificate } from '../../api/mutations.ts';
import { useMay } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { CheckIcon, PencilIcon, TrashIcon } from '../../components/icons.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { strings } from '../../strings.ts';
import { ProveCertificate } from './prove-certificate.tsx';
import { RenameCertificate } from './rename-certificate.tsx';
import { expiryLevel } from './expiry.ts';

const { preferences: words } = strings;
const MOST_NAMED = 3;

export function CertificateTable({ certificates }: { certificates: readonly CertificateView[] }) {
  const [leaving, setLeaving] = useState<CertificateView | null>(null);
  const [renamed, setRenamed] = useState<CertificateView | null>(null);
  const [proving, setProving] = useState<CertificateView | null>(null);
  const remove = useDeleteCertificate();
  const columns = columnsOf({ onDelete: setLeaving, onRename: setRenamed, onProve: setProving });
  const mayChange = useMay('certificates.change');
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
      <DataTable
        label={words.certificates}
        columns={mayChange ? columns : columns.filter(({ key }) => key !== 'actions')}
        rows={certificates}
        id={({ id }) => id}
      />
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
      {proving !== null && <ProveCertificate certificate={proving} onClose={() => setProving(null)} />}
      {renamed !== null && <RenameCertificate certificate={renamed} onClose={() => setRenamed(null)} />}
    </>
  );
}

interface Acts {
  readonly onDelete: (certificate: CertificateView) => void;
  readonly onRename: (certificate: CertificateView) => void;
  readonly onProve: (certificate: CertificateView) => void;
}

function columnsOf(acts: Acts): readonly Column<CertificateView>[] {
  const { columns: labels } = words;
  return [
    { key: 'label', label: labels.label, cell: (certificate) => <Name certificate={certificate} /> },
    { key: 'validity', label: labels.validity, cell: (certificate) => <Validity certificate={certificate} /> },
    { key: 'fingerprint', label: labels.fingerprint, cell: (certificate) => <Fingerprint certificate={certificate} /> },
    { key: 'key', label: labels.key, cell: (certificate) => <Key certificate={certificate} /> },
    { key: 'jobs', label: labels.jobs, cell: (certificate) => <Jobs certificate={certificate} /> },
    { key: 'actions', label: strings.table.actions, hideLabel: true, stays: true, cell: (certificate) => <Actions certificate={certificate} {...acts} /> },
  ];
}

function Actions({ certificate, onDelete, onRename, onProve }: Acts & { certificate: CertificateView }) {
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <Tooltip label={words.prove(certificate.label)}>
        <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={words.prove(certificate.label)} onClick={() => onProve(certificate)}>
          <CheckIcon />
        </ActionIcon>
      </Tooltip>
      {certificate.mayChange && <ChangeActions certificate={certificate} onDelete={onDelete} onRename={onRename} />}
    </Group>
  );
}

/** For its owner, and for administrators. */
function ChangeActions({ certificate, onDelete, onRename }: Omit<Acts, 'onProve'> & { certificate: CertificateView }) {
  const reason = whyNotDelete(certificate);
  const remove = words.delete(certificate.label);
  return (
    <>
      <Tooltip label={words.rename(certificate.label)}>
        <ActionIcon variant="subtle" color="gray" c="dimmed" aria-label={words.rename(certificate.label)} onClick={() => onRename(certificate)}>
          <PencilIcon />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={reason ?? remove} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="dimmed"
          aria-label={reason === undefined ? remove : `${remove}: ${reason}`}
          aria-disabled={reason !== undefined || undefined}
          data-disabled={reason !== undefined || undefined}
          onClick={() => reason === undefined && onDelete(certificate)}
        >
          <TrashIcon />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** Names the jobs that stand in the way. */
function whyNotDelete({ jobCount, jobs }: CertificateView): string | undefined {
  if (jobCount === 0) return undefined;
  const titles = jobs.slice(0, MOST_NAMED).map(({ title }) => `“${title}”`);
  if (titles.length === 0) return words.usedByOthers;
  return words.usedBy([...titles, ...(jobCount > titles.length ? [words.otherJobs(jobCount - titles.length)] : [])].join(', '));
}

function Name({ certificate }: { certificate: CertificateView }) {
  const { subject, issuer } = certificate;
  return (
    <Stack gap={2}>
      <Text component="span" size="sm" fw={550} style={{ overflowWrap: 'anywhere' }}>
        {certificate.label}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {words.subject}: {subject}
        <br />
        {words.issuer}: {issuer === subject ? words.selfSigned : issuer}
        <br />
        {words.owner(certificate.owner)}
      </Text>
      {certificate.warnings
        .filter((warning) => warning !== 'ends_soon')
        .map((warning) => (
          <Text key={warning} size="xs" c="var(--udm-warning)">
            {words.warnings[warning] ?? warning}
          </Text>
        ))}
    </Stack>
  );
}

/** How long it is good for: amber from 30 days on, red from 7 days on, filled on the last day. */
function Validity({ certificate: { notAfter, daysLeft } }: { certificate: CertificateView }) {
  const level = expiryLevel(daysLeft);
  return (
    <Stack gap={4} align="flex-start">
      <TimeStamp at={notAfter} />
      <span className="udm-days" data-level={level}>
        {words.daysLeft(daysLeft)}
      </span>
      {level !== 'fine' && (
        <Text size="xs" c="dimmed">
          {words.expiryHint(daysLeft)}
        </Text>
      )}
    </Stack>
  );
}

/** The key, how files are encrypted to it where that is not the usual way, and whether its holder proved to open them. */
function Key({ certificate: { keyBits, keyTransport, contentCipher, provenAt } }: { certificate: CertificateView }) {
  return (
    <Stack gap={2}>
      <Text size="sm">{words.rsa(keyBits)}</Text>
      {keyTransport !== 'pkcs1' && <Text size="xs">{words.ciphers[keyTransport]}</Text>}
      {contentCipher !== 'aes-256-cbc' && <Text size="xs">{words.ciphers[contentCipher]}</Text>}
      {provenAt !== null && (
        <Text size="xs" c="dimmed">
          {words.provenOn} <TimeStamp at={provenAt} />
        </Text>
      )}
    </Stack>
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

function Jobs({ certificate: { label, jobs, jobCount } }: { certificate: CertificateView }) {
  if (jobCount === 0) return <Text size="sm">{words.noJobs}</Text>;
  return (
    <ul className="udm-certificate-jobs" aria-label={words.jobsOf(label)}>
      {jobs.map(({ id, title }) => (
        <li key={id}>
          <Link to="/jobs" search={{ text: title }}>
            {title}
          </Link>
        </li>
      ))}
      {jobCount > jobs.length && <li>{words.otherJobs(jobCount - jobs.length)}</li>}
    </ul>
  );
}
