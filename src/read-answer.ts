import { InvalidResponseError } from './errors.js';
import { MAX_ANSWER_LENGTH } from './limits.js';
import { redactStart } from './redact.js';
import { show } from './require.js';

/**
 * Reads a response to its end, so that it cannot break off later, and returns it with its body still unread.
 *
 * @param what the request, for error messages
 * @throws {InvalidResponseError} if the body of a successful response is not JSON, or a body is far too long
 */
export async function readAnswer(response: Response, what: string): Promise<Response> {
  const text = await textOf(response, what);
  if (response.ok && response.status !== 204) {
    try {
      JSON.parse(text);
    } catch {
      // No `cause`, because the error of the parser quotes the text unredacted.
      throw new InvalidResponseError(
        `${what} answered without JSON: ${show(redactStart(text))}. Is the base URL right?`,
      );
    }
  }
  return response;
}

async function textOf(response: Response, what: string): Promise<string> {
  const copy = response.clone();
  // The `fetch` of some runtimes has no streams.
  const reader = copy.body?.getReader();
  if (!reader) return copy.text();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
    if (text.length > MAX_ANSWER_LENGTH) {
      // An endless response would fill the memory. The connection is released only if both copies are canceled.
      Promise.all([reader.cancel(), response.body?.cancel()]).catch(() => undefined);
      throw new InvalidResponseError(
        `${what} answered with more than ${MAX_ANSWER_LENGTH} characters. Is the base URL right?`,
      );
    }
  }
}
