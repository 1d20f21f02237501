import { InvalidResponseError } from './errors.js';
import { redactText } from './redact.js';
import { show } from './require.js';

/**
 * Reads an answer to its end, so that nothing can break off later, and gives it back to be read again.
 *
 * @param what the request, for messages
 * @throws {InvalidResponseError} when a success is not JSON
 */
export async function readAnswer(response: Response, what: string): Promise<Response> {
  const text = await response.clone().text();
  if (response.ok && response.status !== 204) {
    try {
      JSON.parse(text);
    } catch (cause) {
      throw new InvalidResponseError(
        `${what} answered without JSON: ${show(redactText(text))}. Is the base URL right?`,
        { cause },
      );
    }
  }
  return response;
}
