/** Releasing less memory than this is not worth the call. */
const MIN_BYTES = 64 * 1024;

// Created in advance, because closing a port takes a turn of the event loop, and only a closed port drops messages at
// once.
const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees the memory of a buffer immediately; the buffer is empty afterwards. Leaving the buffers for inflated files to
 * the garbage collector would take half as much memory again, and twice as much time again.
 *
 * @param buffer not used by anything else
 */
export function releaseMemory({ buffer, length }: Buffer): void {
  // Node allocates small buffers from a shared pool, whose size depends on the version. None takes more than half of
  // it.
  const isAlone = length > buffer.byteLength / 2;
  if (isAlone && length >= MIN_BYTES && buffer instanceof ArrayBuffer) nowhere.postMessage(undefined, [buffer]);
}
