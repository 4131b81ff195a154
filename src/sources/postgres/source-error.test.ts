import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { CodedError } from '../../errors.ts';
import { type Stage, sourceError } from './source-error.ts';

test.each<[string, Stage, string]>([
  ['ECONNREFUSED', 'connect', 'source.unreachable'],
  ['ENOTFOUND', 'connect', 'source.unreachable'],
  ['ETIMEDOUT', 'connect', 'source.unreachable'],
  ['57P03', 'connect', 'source.unreachable'],
  ['53300', 'connect', 'source.unreachable'],
  ['28P01', 'connect', 'source.authentication'],
  ['28000', 'connect', 'source.not_admitted'],
  ['3D000', 'connect', 'source.invalid'],
  ['42P01', 'read', 'source.missing_table'],
  ['42703', 'read', 'source.missing_column'],
  ['42501', 'read', 'source.permission'],
  ['57P01', 'read', 'source.interrupted'],
  ['57014', 'read', 'source.interrupted'],
  ['55P03', 'read', 'source.interrupted'],
  ['40P01', 'read', 'source.interrupted'],
  ['25006', 'read', 'gdpr.read_only'],
  ['08006', 'read', 'source.interrupted'],
  ['ECONNRESET', 'read', 'source.interrupted'],
  ['EPIPE', 'read', 'source.interrupted'],
  ['22P02', 'read', 'source.query'],
  ['42883', 'read', 'source.query'],
])('%s while we %s means %s', (driverCode, stage, code) => {
  const error = sourceError(Object.assign(new Error('x'), { code: driverCode }), stage, 's.t');
  expect(error.code).toBe(code);
});

test('a connection that just ends, without a code, is unreachable first and interrupted later', () => {
  const error = new Error('Connection terminated unexpectedly');
  expect(sourceError(error, 'connect').code).toBe('source.unreachable');
  expect(sourceError(error, 'read').code).toBe('source.interrupted');
  expect(sourceError(new Error('SASL: client password must be a string'), 'connect').code).toBe('source.authentication');
});

test('names the place and keeps nothing of what the driver said', () => {
  const driver = Object.assign(new Error('invalid input syntax: "Ada Lovelace"'), { code: '22P02', detail: 'Key (name)=(Ada)', where: 'row Ada' });
  const error = sourceError(driver, 'read', 's.t');
  expect(error.details.value).toBe('s.t, SQLSTATE 22P02');
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Ada');
});

test('leaves coded errors alone', () => {
  const error = new CodedError('source.permission', { value: 's.t' });
  expect(sourceError(error, 'read')).toBe(error);
});
