import { Anchor, Checkbox, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import { useSession } from '../../api/queries.ts';
import { dateIn } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import type { JobForm } from './job-form.ts';

const { editor: words } = strings;

interface Props {
  readonly form: JobForm;
  readonly certificates: readonly CertificateView[];
  readonly message: string | undefined;
  readonly onChange: (part: Partial<JobForm>) => void;
}

/** The certificates to encrypt to, with how long each still holds. An expired one can be taken away from a job, not added. */
export function RecipientsField({ form, certificates, message, onChange }: Props) {
  const { timeZone } = useSession();
  return (
    <Checkbox.Group
      data-field="recipients"
      label={words.fields.recipients}
      description={words.recipientsHint}
      withAsterisk
      value={[...form.recipients]}
      error={message}
      onChange={(recipients) => onChange({ recipients })}
    >
      <Stack gap="sm" mt="sm" mb={message === undefined ? 0 : 6}>
        {certificates.length === 0 && (
          <Text size="sm">
            {words.noCertificates}{' '}
            <Anchor underline="always" renderRoot={(props) => <Link {...props} to="/preferences" />}>
              {words.uploadLink}
            </Anchor>
          </Text>
        )}
        {certificates.map((certificate) => (
          <Checkbox
            key={certificate.id}
            value={certificate.id}
            label={certificate.label}
            disabled={certificate.daysLeft < 0 && !form.recipients.includes(certificate.id)}
            description={validity(certificate, timeZone)}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function validity(certificate: CertificateView, zone: string): string {
  const until = words.validUntil(dateIn(zone, certificate.notAfter));
  if (certificate.daysLeft < 0) return `${until} (${words.expired})`;
  return certificate.warnings.includes('ends_soon') ? `${until} (${words.endsSoon(certificate.daysLeft)})` : until;
}
