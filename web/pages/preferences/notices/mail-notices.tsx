import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { NoticeChoiceView, NoticeStandingView } from '../../../../src/contract/notice.ts';
import { ApiProblem, call } from '../../../api/client.ts';
import { fieldMessage, ProblemAlert } from '../../../components/problem-alert.tsx';
import { WarningAlert } from '../../../components/warning-alert.tsx';
import { LANGUAGES } from '../../../language.ts';
import { ownWords } from '../../../own-words.ts';
import { notices as german } from '../../../strings/de/notices.ts';
import { notices as english } from '../../../strings/notices.ts';

const words = ownWords(english, german);
const KEY = ['notices'];
type Kind = NoticeStandingView['kinds'][number];

/** Where and of what a person is told by mail. */
export function MailNotices() {
  const { data, error } = useQuery({ queryKey: KEY, queryFn: ({ signal }) => call<NoticeStandingView>('GET', '/api/account/notices', { signal }) });
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
      {data === undefined ? <ProblemAlert error={error} /> : <Choice standing={data} />}
    </Stack>
  );
}

function Choice({ standing }: { standing: NoticeStandingView }) {
  const [email, setEmail] = useState(standing.email ?? '');
  const [language, setLanguage] = useState(standing.language);
  const [kinds, setKinds] = useState<readonly Kind[]>(standing.kinds);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: NoticeChoiceView) => call<NoticeStandingView>('PUT', '/api/account/notices', { body }),
    onSuccess: (now) => {
      client.setQueryData(KEY, now);
      notifications.show({ message: words.saved, color: 'green' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ email: email.trim() === '' ? null : email.trim(), language, kinds: [...kinds] });
  };
  const wrong = save.error instanceof ApiProblem ? save.error.fields.find((one) => one.field === 'email') : undefined;
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={520}>
        {!standing.isConfigured && <Text size="sm">{words.notConfigured}</Text>}
        {standing.givenUp !== null && (
          <WarningAlert title={words.givenUp}>
            <Text size="sm">{words.givenUpText(standing.givenUp.title)}</Text>
          </WarningAlert>
        )}
        <TextInput
          type="email"
          autoComplete="email"
          label={words.email}
          description={words.emailHint}
          maxLength={254}
          value={email}
          error={wrong && fieldMessage(wrong)}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <NativeSelect
          label={words.language}
          data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as typeof language)}
        />
        <Checkbox.Group label={words.kinds} value={[...kinds]} onChange={(chosen) => setKinds(chosen as Kind[])}>
          <Stack gap="xs" mt="xs">
            {Object.entries(words.kind).map(([kind, label]) => (
              <Checkbox key={kind} value={kind} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        <ProblemAlert error={save.error} shown={(problem) => problem.field === 'email'} />
        <Group>
          <Button type="submit" variant="default" loading={save.isPending}>
            {words.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
