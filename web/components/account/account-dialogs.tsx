import type { SessionView } from '../../../src/contract/session.ts';
import { ProofDialog } from './proof-dialog.tsx';
import { SessionEnded } from './session-ended.tsx';

/** What asks who is there, over whatever page is open. */
export function AccountDialogs({ session }: { session: SessionView }) {
  return (
    <>
      <SessionEnded session={session} />
      <ProofDialog session={session} />
    </>
  );
}
