import { InvalidResponseError } from './errors.js';
import { MAX_ANSWER_LENGTH } from './limits.js';
import { redactStart } from './redact.js';
import { show } from './require.js';

/**
 * Reads an answer to its end, so that nothing can break off later, and gives it back to be read again.
 *
 * @param what the request, for messages
 * @throws {InvalidResponseError} when a success is not JSON, or an answer is far too long
 */
export async function readAnswer(response: Response, what: string): Promise<Response> {
  const text = await textOf(response, what);
  if (response.ok && response.status !== 204) {
    try {
      JSON.parse(text);
    } catch {
      // Without the cause, which quotes the text as it is.
      throw new InvalidResponseError(
        `${what} answered without JSON: ${show(redactStart(text))}. Is the base URL right?`,
      );
    }
  }
  return response;
}

async function textOf(response: Response, what: string): Promise<string> {
  const copy = response.clone();
  // Some runtimes have a `fetch` without streams.
  const reader = copy.body?.getReader();
  if (!reader) return copy.text();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) return text;
    if (text.length > MAX_ANSWER_LENGTH) {
      // One that has no end would fill the memory. Only when neither copy is wanted is the connection let go of.
      Promise.all([reader.cancel(), response.body?.cancel()]).catch(() => undefined);
      throw new InvalidResponseError(
        `${what} answered with more than ${MAX_ANSWER_LENGTH} characters. Is the base URL right?`,
      );
    }
  }
}
