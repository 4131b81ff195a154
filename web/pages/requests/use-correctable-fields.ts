import { useQuery } from '@tanstack/react-query';
import type { CorrectableField } from '../../../src/contract/correctable-field.ts';
import { call } from '../../api/client.ts';
import { words } from './words.ts';

/** What the sources let be corrected. */
export function useCorrectableFields() {
  return useQuery({
    queryKey: ['requests', 'correctable fields'],
    queryFn: ({ signal }) => call<{ readonly items: readonly CorrectableField[] }>('GET', '/api/requests/correctable-fields', { signal }),
  });
}

/** The name of a field in words; one that no catalog of UDM has is read as it is written: "postCode" as "Post code". */
export function fieldName(field: string): string {
  const known = (words.fieldNames as Readonly<Record<string, string>>)[field];
  if (known !== undefined) return known;
  const spaced = field.replaceAll(/[_-]+/g, ' ').replaceAll(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
