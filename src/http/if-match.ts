/** The version a request says it changes; null: none, -1: one that cannot be. */
export function versionOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const match = /^"?(\d{1,9})"?$/.exec(header);
  return match ? Number(match[1]) : -1;
}
