import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProblemDocument } from '../contract/problem.ts';
import { CodedError, ERRORS } from '../errors.ts';
import { type Log, reasonOf } from '../lib/log.ts';
import { isConnectionLoss } from '../records/database.ts';

const FROM_FASTIFY: Readonly<Record<string, CodedError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new CodedError('body.media_type', { range: 'application/json' }),
  FST_ERR_CTP_BODY_TOO_LARGE: new CodedError('body.too_large', { range: '1048576 bytes' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new CodedError('request.header', { field: 'content-length' }),
  FST_ERR_CTP_EMPTY_JSON_BODY: new CodedError('json.invalid', { value: 'position 0' }),
  FST_ERR_BAD_URL: new CodedError('not_found'),
  FST_ERR_MAX_PARAM_LENGTH: new CodedError('not_found'),
  FST_ERR_NOT_FOUND: new CodedError('not_found'),
};

/** Every error leaves as a problem document; what is not coded is hidden behind `internal` and its kind is logged. */
export function handleError(log: Log, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const coded = codedOf(error);
  if (coded.code === 'internal') log.error({ event: 'http.error', requestId: request.id, route: request.routeOptions.url ?? 'none', reason: reasonOf(error) });
  sendProblem(reply, coded, request.id);
}

export function sendProblem(reply: FastifyReply, error: CodedError, requestId: string): void {
  const { definition, details } = error;
  if (definition.status === 503 || details.retryAfterSeconds !== undefined) reply.header('retry-after', String(details.retryAfterSeconds ?? 5));
  reply
    .code(definition.status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problemDocument(error, requestId));
}

/** The problem document of an error. The request id is shown where it helps to find the log line, and only there. */
export function problemDocument(error: CodedError, requestId: string): ProblemDocument {
  const { definition, details } = error;
  return {
    type: `urn:udm:error:${error.code}`,
    title: definition.text,
    status: definition.status,
    code: error.code,
    detail: details.field ? `${definition.text} (${details.field})` : definition.text,
    fix: definition.fix,
    ...(error.code === 'internal' ? { requestId } : {}),
    ...(details.value === undefined ? {} : { value: details.value }),
    ...(details.range === undefined ? {} : { range: details.range }),
    ...(details.problems === undefined
      ? {}
      : { errors: details.problems.map((problem) => ({ ...problem, message: ERRORS[problem.code].text, fix: ERRORS[problem.code].fix })) }),
  };
}

/** What is not even HTTP gets a problem document as well, and its connection is closed. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemDocument(new CodedError('request.header'), ''));
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function codedOf(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  const known = typeof code === 'string' ? FROM_FASTIFY[code] : undefined;
  if (known) return known;
  if (isConnectionLoss(error)) return new CodedError('service.unavailable', { cause: error, retryAfterSeconds: 5 });
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) return new CodedError('request.header');
  return new CodedError('internal', { cause: error });
}
