import type { IncomingHttpHeaders } from 'node:http';
import type { FileContent } from './archive-cache.js';
import { parseRange, type ByteRange } from './ranges.js';
import { xmlReply, type Reply } from './reply.js';

/** A file that is about to be served. */
export interface ServedFile extends FileContent {
  contentType: string;
  /** What a browser would save it as. */
  fileName: string;
  /** Whether ranges are understood. */
  ranges: boolean;
  /** Lets the host answer another range than was asked for. */
  changeRange?: (range: ByteRange, size: number) => ByteRange;
}

/** The answer to a GET or a HEAD of a file, by the rules of HTTP for ranges. */
export function serveFile(file: ServedFile, method: string, headers: IncomingHttpHeaders): Reply {
  const size = file.bytes.length;
  const common = {
    'content-type': file.contentType,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
    etag: file.etag,
    ...(file.ranges && { 'accept-ranges': 'bytes' }),
  };
  const ifRange = headers['if-range'];
  const isAsked = file.ranges && method === 'GET' && (ifRange === undefined || ifRange === file.etag);
  const range = isAsked ? parseRange(headers.range, size) : undefined;
  if (range === undefined) return { status: 200, headers: common, body: file.bytes };
  if (range === 'unsatisfiable') {
    const message = 'The requested range is not satisfiable';
    return xmlReply(416, 'InvalidRange', message, { 'content-range': `bytes */${size}` });
  }
  const { start, end } = file.changeRange?.(range, size) ?? range;
  return {
    status: 206,
    headers: { ...common, 'content-range': `bytes ${start}-${end}/${size}` },
    body: file.bytes.subarray(start, end + 1),
  };
}
