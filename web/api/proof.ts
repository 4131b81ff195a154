/** A proof that it is still the same person, asked for in the middle of a request that demands one. */

type Ask = () => Promise<boolean>;

/** What asks is loaded after the page; for so long a request waits for it. */
const LOADS_WITHIN_MS = 15_000;

let ask: Ask | null = null;
const waiting = new Set<(asker: Ask) => void>();

/** Who can ask the person; gives the way to stop being asked. */
export function answerProofs(asker: Ask): () => void {
  ask = asker;
  for (const tell of waiting) tell(asker);
  waiting.clear();
  return () => {
    if (ask === asker) ask = null;
  };
}

/** Whether the person proved who they are; false when they did not want to, or nobody can ask them. */
export async function proofGiven(): Promise<boolean> {
  const asker = ask ?? (await loaded());
  return (await asker?.()) ?? false;
}

function loaded(): Promise<Ask | null> {
  return new Promise((resolve) => {
    waiting.add(resolve);
    setTimeout(() => {
      waiting.delete(resolve);
      resolve(null);
    }, LOADS_WITHIN_MS);
  });
}
