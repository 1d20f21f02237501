/** Releasing less memory than this is not worth the call. */
const MIN_BYTES = 64 * 1024;

// Created in advance, because closing a port takes a turn of the event loop, and only a closed port drops messages at
// once.
const { port1: nowhere } = new MessageChannel();
nowhere.close();

/**
 * Frees the memory of a buffer immediately; the buffer is empty afterwards. If the buffers of inflated files are left to
 * the garbage collector, unpacking takes more time and more memory.
 *
 * @param buffer not used by anything else
 */
export function releaseMemory({ buffer, length }: Buffer): void {
  // Node allocates small buffers from a shared pool, whose size depends on the version. None takes more than half of
  // it.
  const isAlone = length > buffer.byteLength / 2;
  if (isAlone && length >= MIN_BYTES && buffer instanceof ArrayBuffer) nowhere.postMessage(undefined, [buffer]);
}
