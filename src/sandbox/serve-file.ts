import type { IncomingHttpHeaders } from 'node:http';
import type { FileContent } from './archive-cache.js';
import { parseRange, type ByteRange } from './ranges.js';
import { xmlReply, type Reply } from './reply.js';

/** A file to serve. */
export interface ServedFile extends FileContent {
  contentType: string;
  /** The name under which a browser saves the file. */
  fileName: string;
  /** Whether range requests are supported. */
  ranges: boolean;
  /** Changes the range that was requested, so that the host responds with another one. */
  changeRange?: (range: ByteRange, size: number) => ByteRange;
}

/** Creates the response to a GET or HEAD request for a file, with the range semantics of HTTP. */
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
