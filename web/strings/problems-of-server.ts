/** What a coded error of the server says, by its code. English is what the server itself writes; a translation says all of them again. */
export const serverProblem: Readonly<Record<string, { readonly text: string; readonly fix: string }>> = {};
