import { expect, it } from 'vitest';
import { fieldName } from './use-correctable-fields.ts';

it('names fields in words, also those of catalogs that others wrote', () => {
  expect(['firstName', 'emailAddress', 'postCode', 'shoe_size', 'IBAN'].map(fieldName)).toEqual([
    'First name',
    'E-mail address',
    'Post code',
    'Shoe size',
    'IBAN',
  ]);
});
