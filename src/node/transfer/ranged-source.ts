import { ArchiveError, HttpError, InvalidResponseError, NetworkError } from '../../errors.js';
import type { ByteConsumer, ByteSource } from '../byte-source.js';
import { contentEncodingOf } from '../http/content-encoding.js';
import type { HttpResponse } from '../http/http-exchange.js';
import { ifRange, isSameVersion, parseContentRange, versionOf, type Version } from './content-range.js';
import type { Attempt, Remote } from './remote.js';

/** Enough for a central directory of some 1,000 entries with long names, and for small archives as a whole. */
const TAIL_BYTES = 256 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** The statuses with which hosts refuse ranges, or a form of range, that they do not support. */
const REFUSALS = new Set([400, 405, 501]);

/**
 * Thrown when a host that has sent ranges before now sends the whole file, or more than the requested range. The caller
 * can still fetch the whole file.
 */
export class RangesIgnoredError extends InvalidResponseError {}

/** A file on a host that supports range requests. */
export interface RangedSource extends ByteSource {
  /** The version of the file. All bytes that are read belong to it. */
  readonly version: Version;
  readonly transfer: Remote['transfer'];
}

/** Opens a file by fetching its last bytes, which stay in memory. Undefined if ranges of it cannot be used. */
export async function openRangedSource(remote: Remote, signal: AbortSignal): Promise<RangedSource | undefined> {
  const opened = await remote.run((attempt) => readTail(attempt, remote.label), signal).catch(unlessRefused);
  if (opened === undefined) return undefined;
  const { size, version } = opened;
  let { tail } = opened;

  const fetchRange = (start: number, end: number, consume: ByteConsumer, readSignal: AbortSignal): Promise<void> => {
    let at = start;
    const take: ByteConsumer = (chunk) => {
      if (at + chunk.length > end) throw new NetworkError(`${remote.label} sent more bytes than it was asked for.`);
      at += chunk.length;
      return consume(chunk);
    };
    return remote.run(async (attempt) => {
      while (at < end) {
        const from = at;
        const response = await attempt.get({ range: `bytes=${from}-${end - 1}`, ...ifRange(version) });
        assertRange(response, { from, end, size, version, label: remote.label });
        try {
          await attempt.read(response, take);
        } finally {
          attempt.received(at - from);
        }
        if (at === from) throw new NetworkError(`${remote.label} sent nothing of the range.`);
      }
    }, readSignal);
  };

  return {
    size,
    version,
    label: remote.label,
    transfer: remote.transfer,
    async read(start, end, consume, readSignal) {
      const tailStart = size - tail.length;
      if (start < tailStart) await fetchRange(start, Math.min(end, tailStart), consume, readSignal);
      const tailEnd = end - tailStart;
      const kept = tail;
      for (let at = Math.max(0, start - tailStart); at < tailEnd; at += CHUNK_BYTES) {
        readSignal.throwIfAborted();
        await consume(kept.subarray(at, Math.min(tailEnd, at + CHUNK_BYTES)));
      }
    },
    forget() {
      tail = Buffer.alloc(0);
      return Promise.resolve();
    },
  };
}

interface Opened {
  size: number;
  tail: Buffer;
  version: Version;
}

async function readTail(attempt: Attempt, label: string): Promise<Opened | undefined> {
  const response = await askForTail(attempt);
  const range = parseContentRange(response.headers);
  // Ranges of a compressed body cannot be decompressed separately.
  const isPacked = contentEncodingOf(response.headers) !== undefined;
  if (isPacked || response.status !== 206 || range === undefined || range.end !== range.size) {
    response.destroy();
    // A host answers any range of an empty file with 416.
    const isEmpty = response.status === 416 && /^bytes \*\/0$/i.test(response.headers['content-range'] ?? '');
    return isEmpty ? { size: 0, tail: Buffer.alloc(0), version: versionOf(response.headers) } : undefined;
  }
  const length = range.end - range.start;
  if (length > TAIL_BYTES) {
    response.destroy();
    return undefined;
  }
  const chunks: Buffer[] = [];
  let received = 0;
  await attempt.read(response, (chunk): undefined => {
    received += chunk.length;
    if (received > length) throw new NetworkError(`${label} sent more bytes than it was asked for.`);
    chunks.push(Buffer.from(chunk));
  });
  if (received < length) throw new NetworkError(`${label} sent less than it said.`);
  return { size: range.size, tail: Buffer.concat(chunks), version: versionOf(response.headers) };
}

/**
 * Requests the last bytes of the file. Some object stores support ranges, but ignore or refuse those that count from
 * the end. For these, the size is determined first.
 */
async function askForTail(attempt: Attempt): Promise<HttpResponse> {
  const first = await attempt.get({ range: `bytes=-${TAIL_BYTES}` }).catch((error: unknown) => {
    unlessRefused(error);
    return attempt.get({ range: 'bytes=0-0' });
  });
  const size = sizeToldBy(first);
  if (size === undefined) return first;
  first.destroy();
  return attempt.get({ range: `bytes=${Math.max(0, size - TAIL_BYTES)}-` });
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof HttpError) || !REFUSALS.has(error.status)) throw error;
}

/** The size of the file, if the response tells it but does not contain the end of the file. */
function sizeToldBy({ status, headers }: HttpResponse): number | undefined {
  if (status === 206) {
    const range = parseContentRange(headers);
    return range?.end === range?.size ? undefined : range?.size;
  }
  let text: string | undefined;
  if (status === 416) text = /^bytes \*\/(\d+)$/i.exec(headers['content-range'] ?? '')?.[1];
  if (status === 200 && /^bytes$/i.test(headers['accept-ranges'] ?? '')) text = headers['content-length'];
  const size = Number(text);
  return Number.isSafeInteger(size) && size > 0 ? size : undefined;
}

function assertRange(
  response: HttpResponse,
  expected: { from: number; end: number; size: number; version: Version; label: string },
): void {
  const { from, end, size, version, label } = expected;
  const range = parseContentRange(response.headers);
  const isSame = isSameVersion(version, versionOf(response.headers));
  const isWhole = response.status === 200;
  if (isWhole && isSame && Number(response.headers['content-length'] ?? size) === size) {
    response.destroy();
    throw new RangesIgnoredError(`${label} no longer sends ranges.`);
  }
  if (isWhole || !isSame || response.status === 416 || (range !== undefined && range.size !== size)) {
    response.destroy();
    throw new ArchiveError(`${label} has changed while it was fetched.`, { path: label, reason: 'changed' });
  }
  if (range?.start !== from) {
    response.destroy();
    throw new NetworkError(`${label} sent another range than it was asked for.`);
  }
  // For example up to the end of the file. Every further range would come with as many excess bytes.
  if (range.end > end) {
    response.destroy();
    throw new RangesIgnoredError(`${label} sends more of each range than it is asked for.`);
  }
}
