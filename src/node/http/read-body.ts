import type { IncomingMessage } from 'node:http';
import { NetworkError } from '../../errors.js';
import type { ByteConsumer } from '../byte-source.js';
import type { StallWatch } from './stall-watch.js';

/**
 * Hands the body of an answer on, chunk by chunk, and waits where the consumer asks for it. Resolves when the body has
 * ended as it should and everything was taken.
 *
 * @throws {NetworkError} when the body breaks off
 */
export function readBody(
  response: IncomingMessage,
  label: string,
  watch: StallWatch,
  consume: ByteConsumer,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting: Promise<void> | undefined;
    const fail = (error: unknown) => {
      reject(error as Error);
      response.destroy();
    };
    const broken = (cause?: Error) => {
      // Whoever destroyed the answer on purpose has given the reason.
      fail(cause ?? new NetworkError(`The answer of ${label} broke off.`));
    };
    response.on('data', (chunk: Buffer) => {
      watch.touch();
      try {
        waiting = consume(chunk);
      } catch (error) {
        fail(error);
        return;
      }
      if (waiting === undefined) return;
      response.pause();
      watch.pause();
      waiting.then(() => {
        waiting = undefined;
        watch.resume();
        response.resume();
      }, fail);
    });
    response.once('error', (error) => {
      broken('code' in error && error.code === 'ECONNRESET' ? networkError(label, error) : error);
    });
    response.once('close', () => {
      if (!response.complete) broken();
    });
    response.once('end', () => {
      if (response.complete) resolve();
      else broken();
    });
  });
}

function networkError(label: string, cause: Error): NetworkError {
  return new NetworkError(`The answer of ${label} broke off: ${cause.message}.`, { cause });
}
