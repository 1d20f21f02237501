/**
 * Receives chunks of bytes in order. The memory of a chunk is reused once the returned promise is fulfilled, or at once
 * if none is returned. A slow promise slows the sender down. If the promise rejects or the call throws, the sender
 * stops and passes the error on.
 */
export type ByteConsumer = (chunk: Buffer) => Promise<void> | undefined;

/** Bytes that can be read from any position: an archive in a file, or at a host that supports range requests. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The name of the source in messages: a path, or a URL without its query. */
  readonly label: string;
  /**
   * Sends the bytes from `start` up to, but not including, `end` to the consumer, in order and each once. Resolves when
   * the consumer has processed all of them.
   */
  read(start: number, end: number, consume: ByteConsumer, signal: AbortSignal): Promise<void>;
  /** Discards the bytes that have been fetched, which may be damaged. They are fetched again now, or when read. */
  forget(): Promise<void>;
}

/** Reads a short range of bytes into memory. */
export async function readBytes(source: ByteSource, start: number, end: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = (chunk: Buffer): undefined => void chunks.push(Buffer.from(chunk));
  await source.read(start, end, collect, signal);
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks);
}
