/**
 * Takes bytes in order. The memory of the chunk is used again once the promise that this returns is fulfilled, or at
 * once where it returns none; promises that take long slow the sender down. When one rejects, or the call throws, the
 * sender stops and passes the error on.
 */
export type ByteConsumer = (chunk: Buffer) => Promise<void> | undefined;

/** Bytes that can be read from any place: an archive at a host with ranges, or in a file. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** How messages call it: a path, or a URL without its query. */
  readonly label: string;
  /**
   * Sends the bytes from `start` to before `end`, in order, each of them once, and resolves when all of them were
   * taken.
   */
  read(start: number, end: number, consume: ByteConsumer, signal: AbortSignal): Promise<void>;
  /** Gives up what it has of the bytes, which may be damaged, and has them anew: in time, or when it is read. */
  forget(): Promise<void>;
}

/** Reads a short stretch into memory. */
export async function readBytes(source: ByteSource, start: number, end: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = (chunk: Buffer): undefined => void chunks.push(Buffer.from(chunk));
  await source.read(start, end, collect, signal);
  const [only] = chunks;
  return only && chunks.length === 1 ? only : Buffer.concat(chunks);
}
