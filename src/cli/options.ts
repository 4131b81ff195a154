import { type Command, InvalidArgumentError } from 'commander';

/** Options of every command that works on UDM's data. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option('--tenant <name>', 'tenant (default: default)')
    .option('--user <name>', 'act as this user (default: an administrator of the tenant)')
    .option('--json', 'print JSON');
}

/** An id as commands take it. */
export function idArgument(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new InvalidArgumentError('An id looks like 5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e.');
  return text.toLowerCase();
}

/** Several ids, each once. */
export function idList(text: string, before: readonly string[] = []): string[] {
  return [...new Set([...before, idArgument(text)])];
}

/** A whole number inside a range. */
export function countOption(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= low && value <= high)) throw new InvalidArgumentError(`A whole number from ${low} to ${high}.`);
    return value;
  };
}

/** One value, or several with commas between, out of these. */
export function choicesOption(values: readonly string[]): (text: string) => string[] {
  return (text) => {
    const chosen = text.split(',');
    if (!chosen.every((one) => values.includes(one))) throw new InvalidArgumentError(`One or several, with commas between, of: ${values.join(', ')}.`);
    return chosen;
  };
}
