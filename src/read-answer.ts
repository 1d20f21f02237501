import { InvalidResponseError } from './errors.js';
import { redactText } from './redact.js';

/** Far above any answer of this API; a host that sends more is not this API. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

// The constructor of Response refuses a body with these.
const NULL_BODY_STATUS = new Set([101, 204, 205, 304]);

/**
 * Reads an answer to its end and gives it back as one that is already here, so that nothing can break off later.
 *
 * @param what the request, for messages
 * @throws {InvalidResponseError} when it is larger than 16 MiB, or a success that is neither JSON nor empty
 */
export async function readAnswer(response: Response, what: string): Promise<Response> {
  // A browser hides what a redirect says behind status 0, which no Response can be made with.
  if (response.type === 'opaqueredirect') return response;
  const bytes = await readBytes(response, what);
  if (response.ok && bytes.length > 0) assertJson(bytes, response, what);
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  // They described the bytes on the wire; what is here is decoded.
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
  const answer = new Response(NULL_BODY_STATUS.has(status) ? null : bytes, { status, statusText, headers });
  // A Response that was made by hand has none.
  return Object.defineProperty(answer, 'url', { value: response.url });
}

async function readBytes(response: Response, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    length += part.value.length;
    if (length > MAX_ANSWER_BYTES) {
      await reader?.cancel();
      throw new InvalidResponseError(
        `The answer to ${what} is larger than ${MAX_ANSWER_BYTES} bytes. Is the base URL right?`,
      );
    }
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function assertJson(bytes: Uint8Array, response: Response, what: string): void {
  const text = new TextDecoder().decode(bytes);
  try {
    JSON.parse(text);
  } catch (cause) {
    const type = response.headers.get('content-type') ?? 'no content type';
    const start = redactText(text.slice(0, 80)).replaceAll(/\s+/g, ' ');
    throw new InvalidResponseError(
      `The answer to ${what} is not JSON (status ${response.status}, ${type}): "${start}". Is the base URL right?`,
      { cause },
    );
  }
}
