import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { CodedError, type Problem } from '../errors.ts';

/**
 * Checks bodies, queries and params against their zod schema and throws all problems at once, coded.
 * A body schema with meta `checkedBy: 'operation'` only documents: the operation checks it, with codes of its own.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  if (schema.meta()?.['checkedBy'] === 'operation') return (value: unknown) => ({ value });
  return (value: unknown) => {
    const result = schema.safeParse(value ?? (httpPart === 'body' ? undefined : {}), { reportInput: true });
    if (result.success) return { value: result.data };
    if (httpPart === 'params') return { error: new CodedError('not_found') };
    return { error: new CodedError('request.invalid', { problems: result.error.issues.flatMap((issue) => problemsOf(issue, httpPart === 'querystring')) }) };
  };
};

function problemsOf(issue: z.core.$ZodIssue, isQuery: boolean): Problem[] {
  const field = issue.path.reduce<string>(
    (path, part) => (typeof part === 'number' ? `${path}[${part}]` : path ? `${path}.${String(part)}` : String(part)),
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ code: isQuery ? 'query.invalid' : 'property.unknown', field: field ? `${field}.${key}` : key }));
  }
  if (isQuery) return [{ code: 'query.invalid', field, range: rangeOf(issue) }];
  if (issue.code === 'invalid_type' && issue.input === undefined) return [{ code: 'field.required', field: field || 'body', range: issue.expected }];
  return [{ code: 'field.type', field: field || 'body', range: rangeOf(issue) }];
}

function rangeOf(issue: z.core.$ZodIssue): unknown {
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  if (issue.code === 'invalid_value') return issue.values;
  return issue.message;
}
