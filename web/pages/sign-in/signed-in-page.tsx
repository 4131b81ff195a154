import { useEffect } from 'react';
import { PROOF_CHANNEL } from '../../components/account/sso-proof.tsx';
import { words } from '../../components/account/words.ts';
import { EmptyState } from '../../components/empty-state.tsx';

/** Tells the window that waits, and closes itself where the browser lets it. */
export function SignedInPage() {
  useEffect(() => {
    document.title = words.proved.title;
    const channel = new BroadcastChannel(PROOF_CHANNEL);
    channel.postMessage('proved');
    channel.close();
    window.close();
  }, []);
  return (
    <main className="udm-main">
      <EmptyState order={1} title={words.proved.title} text={words.proved.text} />
    </main>
  );
}
