import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { downloadAnswer } from './byte-range.ts';

export const FILE_TYPE = 'application/pkcs7-mime';
export const FILE_DESCRIPTION = 'Answers Range (one range), If-Range, If-Match, If-None-Match and their dates; the ETag is the SHA-256 of the file.';

/** A file that never changes. */
export interface SentFile {
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
}

type Answer = ReturnType<typeof downloadAnswer>;

/** Answers GET and HEAD of an encrypted file; `open` gives the bytes of what is chosen of it. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  open: (choose: (file: SentFile) => Answer) => Promise<{ readonly file: SentFile; readonly chosen: Answer; readonly content: Readable | null }>,
): Promise<FastifyReply> {
  const head = request.method === 'HEAD';
  const { file, chosen, content } = await open((one) => {
    const etag = `"${one.sha256}"`;
    reply.header('etag', etag).header('last-modified', one.createdAt.toUTCString()).header('accept-ranges', 'bytes');
    // For the refusal of a range only; a range that is sent names its own bytes below.
    reply.header('content-range', `bytes */${one.bytes}`);
    // HEAD knows no ranges (RFC 9110 section 14.2).
    const headers = head ? { ...request.headers, range: undefined } : request.headers;
    const answer = downloadAnswer(headers, { etag, lastModified: one.createdAt, bytes: one.bytes });
    reply.removeHeader('content-range');
    return head ? { status: answer.status, range: null } : answer;
  });
  reply.code(chosen.status);
  if (chosen.status === 304) return reply.send();
  const { start, end } = chosen.range ?? { start: 0, end: file.bytes - 1 };
  if (chosen.status === 206) reply.header('content-range', `bytes ${start}-${end}/${file.bytes}`);
  return reply
    .type(FILE_TYPE)
    .header('content-length', end - start + 1)
    .header('content-disposition', `attachment; filename="${file.fileName}"`)
    .send(content ?? undefined);
}
