import { Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { MadeTokenView, TokenView } from '../../../src/contract/token.ts';
import { useMay } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { KeyIcon } from '../../components/icons.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { SecretOnce } from '../../components/secret-once.tsx';
import { TimeStamp } from '../../components/time-stamp.tsx';
import { peopleWords } from '../../own-people-words.ts';
import { MakeToken } from './make-token.tsx';
import { useRevokeToken, useTokens } from './use-tokens.ts';

const { tokens: words } = peopleWords;

/** Programs that act for the person, and for an administrator those of everybody. */
export function Tokens() {
  const mayRevokeAny = useMay('tokens.revoke');
  const maySeeAll = useMay('tokens.see');
  const [whose, setWhose] = useState<'me' | 'everybody'>('me');
  const { data, error } = useTokens(whose);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<MadeTokenView | null>(null);
  const [leaving, setLeaving] = useState<TokenView | null>(null);
  const mayRevoke = (token: TokenView) => (token.state === 'active' || token.state === 'blocked') && (token.isYours || mayRevokeAny);
  return (
    <Stack component="section" aria-label={words.title} gap="sm">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} size="h3">
            {words.title}
          </Title>
          <Text c="dimmed" mt={4} maw={760}>
            {words.lead}
          </Text>
        </div>
        <Button variant="default" onClick={() => setMaking(true)}>
          {words.add}
        </Button>
      </Group>
      {maySeeAll && (
        <Switch label={words.everybody} checked={whose === 'everybody'} onChange={(event) => setWhose(event.currentTarget.checked ? 'everybody' : 'me')} />
      )}
      <ProblemAlert error={error} />
      {data?.items.length === 0 && <EmptyState icon={<KeyIcon />} title={words.empty} text={words.emptyText} />}
      {data !== undefined && data.items.length > 0 && (
        <DataTable
          label={words.list}
          columns={columnsOf(whose === 'everybody', mayRevoke, setLeaving)}
          rows={data.items}
          id={({ id }) => id}
          faded={({ state }) => state !== 'active'}
        />
      )}
      {isMaking && (
        <MakeToken
          scopes={data?.scopes.map((one) => one.name) ?? []}
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false);
            setMade(token);
          }}
        />
      )}
      {made !== null && (
        <SecretOnce title={words.madeTitle} text={words.madeText} what={words.token} secret={made.secret} done={words.done} onClose={() => setMade(null)} />
      )}
      {leaving !== null && <Revoke token={leaving} onClose={() => setLeaving(null)} />}
    </Stack>
  );
}

function Revoke({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const revoke = useRevokeToken();
  return (
    <ConfirmDialog
      opened
      title={words.revokeTitle}
      text={words.revokeText(token.name)}
      confirm={words.revokeConfirm}
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function columnsOf(isAll: boolean, mayRevoke: (token: TokenView) => boolean, onRevoke: (token: TokenView) => void): readonly Column<TokenView>[] {
  const { columns: labels } = words;
  const owner: Column<TokenView> = { key: 'owner', label: labels.owner, cell: (token) => token.owner };
  return [
    { key: 'name', label: labels.name, cell: ({ name, ending }) => `${name} (…${ending})` },
    ...(isAll ? [owner] : []),
    { key: 'scopes', label: labels.scopes, cell: ({ scopes }) => scopes.join(', ') },
    { key: 'expires', label: labels.expires, cell: (token) => <Expires token={token} /> },
    { key: 'used', label: labels.used, cell: ({ lastUsedAt }) => (lastUsedAt === null ? words.never : <TimeStamp at={lastUsedAt} />) },
    {
      key: 'acts',
      label: labels.acts,
      hideLabel: true,
      stays: true,
      cell: (token) =>
        mayRevoke(token) && (
          <Button variant="default" size="compact-sm" aria-label={words.revoke(token.name)} onClick={() => onRevoke(token)}>
            {words.revokeConfirm}
          </Button>
        ),
    },
  ];
}

function Expires({ token: { state, expiresAt } }: { token: TokenView }) {
  return state === 'active' ? <TimeStamp at={expiresAt} /> : <span>{words.states[state]}</span>;
}
