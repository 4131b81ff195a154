import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { useRenameCertificate } from '../../api/mutations.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { labelError } from './upload-certificate.tsx';

const { preferences: words } = strings;
const KEY_TRANSPORTS = ['pkcs1', 'oaep'] as const;
const CONTENT_CIPHERS = ['aes-256-cbc', 'aes-256-gcm'] as const;

/** A new name for a certificate, and how files are encrypted to it. */
export function RenameCertificate({ certificate, onClose }: { certificate: CertificateView; onClose: () => void }) {
  const [label, setLabel] = useState(certificate.label);
  const [keyTransport, setKeyTransport] = useState(certificate.keyTransport);
  const [contentCipher, setContentCipher] = useState(certificate.contentCipher);
  const rename = useRenameCertificate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const done = ({ label: name }: CertificateView) => {
      notifications.show({ message: words.renamed(name), color: 'green' });
      onClose();
    };
    rename.mutate({ id: certificate.id, label, keyTransport, contentCipher }, { onSuccess: done });
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
          <NativeSelect
            label={words.keyTransport}
            description={words.opensWith[keyTransport]}
            data={[...KEY_TRANSPORTS.map((value) => ({ value, label: words.ciphers[value] }))]}
            value={keyTransport}
            onChange={(event) => setKeyTransport(event.currentTarget.value as CertificateView['keyTransport'])}
          />
          <NativeSelect
            label={words.contentCipher}
            description={words.opensWith[contentCipher]}
            data={[...CONTENT_CIPHERS.map((value) => ({ value, label: words.ciphers[value] }))]}
            value={contentCipher}
            onChange={(event) => setContentCipher(event.currentTarget.value as CertificateView['contentCipher'])}
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
