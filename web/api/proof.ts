/** A proof that it is still the same person, asked for in the middle of a request that demands one. */

type Ask = () => Promise<boolean>;

let ask: Ask | null = null;

/** Who can ask the person; gives the way to stop being asked. */
export function answerProofs(asker: Ask): () => void {
  ask = asker;
  return () => {
    if (ask === asker) ask = null;
  };
}

/** Whether the person proved who they are; false when they did not want to, or nobody can ask them. */
export async function proofGiven(): Promise<boolean> {
  return (await ask?.()) ?? false;
}
