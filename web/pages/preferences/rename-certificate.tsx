import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { useRenameCertificate } from '../../api/mutations.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { labelError } from './upload-certificate.tsx';

const { preferences: words } = strings;

/** A new name for a certificate. */
export function RenameCertificate({ certificate, onClose }: { certificate: CertificateView; onClose: () => void }) {
  const [label, setLabel] = useState(certificate.label);
  const rename = useRenameCertificate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const done = ({ label: name }: CertificateView) => {
      notifications.show({ message: words.renamed(name), color: 'green' });
      onClose();
    };
    rename.mutate({ id: certificate.id, label }, { onSuccess: done });
  };
  return (
    <Modal opened onClose={onClose} title={words.renameTitle} closeButtonProps={{ 'aria-label': strings.app.close }} centered>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={words.label}
            data-autofocus
            required
            maxLength={200}
            value={label}
            error={labelError(rename.error)}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <ProblemAlert error={rename.error} shown={(problem) => problem.field === 'label'} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {strings.app.cancel}
            </Button>
            <Button type="submit" loading={rename.isPending}>
              {words.renameSave}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
