import { crc32 } from 'node:zlib';
import { InvalidResponseError, NetworkError } from '../../errors.js';
import type { FreeSpace, Reservation } from '../disk/free-space.js';
import { createFileWriter, type FileWriter } from '../disk/file-writer.js';
import type { OutputFile, OutputFiles } from '../disk/output-files.js';
import type { WrittenFile } from '../disk/written-file.js';
import { canDecode, contentEncodingOf } from '../http/content-encoding.js';
import type { HttpResponse } from '../http/http-exchange.js';
import { MalformedAnswerError } from '../http/malformed-answer-error.js';
import { hasValidator, ifRange, isSameVersion, parseContentRange, versionOf, type Version } from './content-range.js';
import { assertLength, type ArchiveLimits } from '../zip/archive-limits.js';
import { decodeFile } from './decode-file.js';
import type { Attempt, Remote } from './remote.js';

export interface FetchWholeOptions {
  remote: Remote;
  files: OutputFiles;
  /** Returns a path that no other file has or had. */
  newTempPath: () => string;
  space: FreeSpace;
  /** The size limit for the file, and the limits for decompressing it if the host stores it compressed. */
  limits: Pick<ArchiveLimits, 'totalBytes' | 'ratio'>;
  signal: AbortSignal;
}

/**
 * Fetches a file over one connection. After an interruption it resumes if the host supports that, else it starts over.
 * If the host announces the length, the length is checked and disk space is reserved. A file that the host stores
 * compressed is decompressed.
 *
 * @param path the new file. When this rejects, what was fetched is left there, unless it could not be decompressed
 * @throws {InvalidResponseError} when the file exceeds the limits or its announced length, or cannot be decompressed
 * @throws {FileSystemError} when the disk refuses or has no space
 */
export async function fetchWhole(path: string, options: FetchWholeOptions): Promise<WrittenFile> {
  const { remote, files, space, limits, signal } = options;
  let created: Promise<OutputFile> | undefined;
  const open = () => (created ??= files.create(path));
  let version: Version | undefined;
  let size: number | undefined;
  let encoding: string | undefined;
  let at = 0;
  let crc = 0;
  let reached = 0;
  let room: Reservation | undefined;
  let writer: FileWriter = createFileWriter(open);

  /** Prepares for the body of a response: it either continues the file or starts it over. */
  const place = async (response: HttpResponse): Promise<void> => {
    const answered = versionOf(response.headers);
    const range = response.status === 206 ? parseContentRange(response.headers) : undefined;
    const goesOn = range?.start === at && range.size === size && version && isSameVersion(version, answered);
    await writer.end();
    if (!goesOn) {
      const { status } = response;
      // 203 is a 200 that a proxy has transformed.
      if (status !== 200 && status !== 203) {
        version = undefined;
        response.destroy();
        const what =
          status === 206 ? 'sent another range than it was asked for' : `answered with ${status} and no file`;
        throw new NetworkError(`${remote.label} ${what}.`);
      }
      encoding = contentEncodingOf(response.headers);
      if (encoding !== undefined && !canDecode(encoding)) {
        response.destroy();
        throw new InvalidResponseError(`${remote.label} is packed as "${encoding}", which cannot be unpacked here.`);
      }
      at = crc = 0;
      version = answered;
      const length = response.headers['content-length'];
      size = length === undefined ? undefined : Number(length);
      room?.end();
      room = undefined;
      // The bytes received before are discarded, so the whole file is expected again.
      remote.transfer.expectNoMore();
      if (size !== undefined) {
        await speakFor(size, response);
        remote.transfer.expect(size);
      }
    }
    writer = createFileWriter(open, at);
  };

  /** Reserves no space for bytes that an earlier attempt has written: they are overwritten. */
  const speakFor = async (bytes: number, response: HttpResponse): Promise<void> => {
    try {
      assertWithin(bytes);
      room = await space.reserve(Math.max(0, bytes - reached));
    } catch (error) {
      response.destroy();
      throw error;
    }
  };
  const assertWithin = (bytes: number) => assertLength(remote.label, bytes, limits.totalBytes);

  const attempt = async ({ get, read, received }: Attempt): Promise<void> => {
    const canGoOn = at > 0 && size !== undefined && version !== undefined && hasValidator(version);
    const headers = canGoOn && version ? { range: `bytes=${at}-`, ...ifRange(version) } : {};
    const response = await get(headers);
    await place(response);
    try {
      await read(response, (chunk) => {
        const failure = writer.failure();
        if (failure !== undefined) throw failure.error;
        at += chunk.length;
        crc = crc32(chunk, crc);
        if (size !== undefined && at > size) throw new InvalidResponseError(`${remote.label} is longer than it said.`);
        assertWithin(at);
        if (at > reached) room?.use(Math.min(chunk.length, at - reached));
        return writer.write(chunk);
      });
    } catch (error) {
      // There is no checksum, and earlier bytes may be damaged as well, so the next attempt starts over.
      if (error instanceof MalformedAnswerError) version = undefined;
      throw error;
    } finally {
      // Bytes that are only received again after starting over are not progress.
      received(Math.max(0, at - reached));
      reached = Math.max(at, reached);
    }
    if (size !== undefined && at < size) throw new NetworkError(`${remote.label} ended before it was whole.`);
  };

  try {
    await remote.run(attempt, signal);
    const file = await writer.end();
    // An earlier version of the file may have been longer.
    await file.truncate(at);
    const { mtimeMs } = await file.close();
    const fetched = { path, bytes: at, crc32: crc, mtimeMs };
    return encoding === undefined ? fetched : await decodeFile(fetched, encoding, { label: remote.label, ...options });
  } catch (error) {
    await writer.abandon();
    await created?.then((file) => file.close()).catch(() => undefined);
    throw error;
  } finally {
    room?.end();
    remote.transfer.expectNoMore();
  }
}
