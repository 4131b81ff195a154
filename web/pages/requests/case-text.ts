/** What `namesSomebody` of the server takes for a phone number as it is dialled inside a country. */
const DIALLED = /^0\d[\d/-]{7,}$/;

/** Whether a text can be part of a case's number. What is typed to search stands in the address bar, so nothing else is searched for. */
export function isPartOfCase(text: string): boolean {
  return /^[A-Za-z0-9._/#-]*$/.test(text) && !DIALLED.test(text);
}
