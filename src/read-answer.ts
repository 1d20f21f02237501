import { InvalidResponseError } from './errors.js';
import { redactText } from './redact.js';
import { show } from './require.js';

/** Far above any answer of this API; a host that sends more is not this API. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Reads an answer to its end and gives it back as one that is already here, so that nothing can break off later.
 *
 * @param what the request, for messages
 * @throws {InvalidResponseError} when it is larger than 16 MiB, or a success that is neither JSON nor empty
 */
export async function readAnswer(response: Response, what: string): Promise<Response> {
  // A browser hides what a redirect says behind status 0, which no Response can be made with.
  if (response.type === 'opaqueredirect') return response;
  const isNot = (wanted: string, cause?: unknown) =>
    new InvalidResponseError(`The answer to ${what} is not ${wanted}. Is the base URL right?`, { cause });

  let length = 0;
  const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) throw isNot(`below ${MAX_ANSWER_BYTES} bytes`);
      controller.enqueue(chunk);
    },
  });
  const bytes = await new Response(response.body?.pipeThrough(limit)).arrayBuffer();
  if (response.ok && length > 0) {
    const text = new TextDecoder().decode(bytes);
    try {
      JSON.parse(text);
    } catch (cause) {
      throw isNot(`JSON: ${show(redactText(text.slice(0, 80)))}`, cause);
    }
  }
  // The statuses that may have no body have none here either.
  const answer = new Response(length > 0 ? bytes : null, response);
  // It counted the bytes on the wire; what is here is decoded.
  answer.headers.delete('content-length');
  // A Response that was made by hand has none.
  return Object.defineProperty(answer, 'url', { value: response.url });
}
