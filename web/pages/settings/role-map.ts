/** "value = role" lines of a text field, and back. */

export function mapText(roles: Readonly<Record<string, string>>): string {
  return Object.entries(roles)
    .map(([value, role]) => `${value} = ${role}`)
    .join('\n');
}

/** The last "=" divides: values may hold one. A line without it is kept, so that the server names it. */
export function mapOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const cut = line.lastIndexOf('=');
      return cut < 0 ? [line.trim(), ''] : [line.slice(0, cut).trim(), line.slice(cut + 1).trim()];
    }),
  );
}
