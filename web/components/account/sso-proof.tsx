import { Alert, Button, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { queryString } from '../../api/client.ts';
import { words } from './words.ts';

/** By which the window that comes back from the provider tells the one that waits. */
export const PROOF_CHANNEL = 'udm-proof';

/** Opens the provider in a window of its own, so that the page below keeps what is typed in it. */
export function SsoProof({ tenant, label, onProved }: { tenant: string; label: string; onProved: () => void }) {
  const [isBlocked, setBlocked] = useState(false);
  const client = useQueryClient();
  useEffect(() => {
    const channel = new BroadcastChannel(PROOF_CHANNEL);
    // The session that came back is another one, with another token.
    channel.onmessage = () => void client.invalidateQueries({ queryKey: ['session'] }).then(onProved);
    return () => channel.close();
  }, [client, onProved]);
  const open = () => {
    const address = `/api/sso/start${queryString({ tenant, next: '/signed-in', fresh: 'yes' })}`;
    setBlocked(window.open(address, '_blank', 'popup,width=520,height=720') === null);
  };
  return (
    <>
      <Text size="sm">{words.proof.ssoText}</Text>
      {isBlocked && <Alert color="yellow">{words.proof.ssoBlocked}</Alert>}
      <Button onClick={open} data-autofocus>
        {label}
      </Button>
    </>
  );
}
