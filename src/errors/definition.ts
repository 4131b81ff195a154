/** What a code stands for: for people, for HTTP and for the command line. */
export interface ErrorDefinition {
  readonly status: number;
  readonly exit: number;
  readonly permanent: boolean;
  readonly text: string;
  readonly fix: string;
}

/** The exit code of the command line follows from the status. 424: the customer's own system refused or did not answer, and UDM is well; 503: UDM itself cannot just now. */
export function define(status: number, permanent: boolean, text: string, fix: string): ErrorDefinition {
  return { status, exit: exitCodeOf(status), permanent, text, fix };
}

function exitCodeOf(status: number): number {
  if (status === 404 || status === 410) return 4;
  if (status === 409 || status === 412 || status === 428) return 5;
  if (status === 503 || status === 424) return 6;
  if (status === 401 || status === 403 || status === 429) return 3;
  if (status === 400 || status === 413 || status === 415 || status === 422) return 2;
  return 1;
}
