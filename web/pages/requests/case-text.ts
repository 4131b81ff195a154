/** What `namesSomebody` of the server takes for a phone number as it is dialled inside a country, or from another one. */
const DIALLED = /(?:^|\/)(?:0[1-9][\d/-]{7,}(?:$|\/)|00[./-]{0,5}[1-9](?:[./-]{0,5}\d){8,})/;

/** Whether a text can be part of a case's number. What is typed to search stands in the address bar, so nothing else is searched for. */
export function isPartOfCase(text: string): boolean {
  return /^[A-Za-z0-9._/#-]*$/.test(text) && !DIALLED.test(text);
}
