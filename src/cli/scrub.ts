import { redactText } from '../redact.js';

/** Shorter secrets are not replaced, because they would match inside unrelated words. */
const SHORTEST = 6;
/** Matches a URL with user info, a query or a fragment. Other URLs stay exactly as they were written. */
const WITH_MORE_THAN_A_PATH = /[a-z][a-z\d+.-]{0,19}:\/\/[^\s"'<>\\]*[?#@][^\s"'<>\\]*/gi;

/**
 * Creates a function that removes the secrets from a text, including their HTTP Basic form, and the user info, query
 * and fragment from every URL in it. It is applied last, just before text reaches a terminal or a log.
 */
export function createScrubber(secrets: () => readonly (string | undefined)[]): (text: string) => string {
  return (text) => {
    let scrubbed = text.replace(WITH_MORE_THAN_A_PATH, redactText);
    for (const secret of withEncodings(secrets())) scrubbed = scrubbed.replaceAll(secret, '***');
    return scrubbed;
  };
}

function withEncodings(secrets: readonly (string | undefined)[]): string[] {
  const present = secrets.filter((secret) => secret !== undefined && secret.length >= SHORTEST) as string[];
  const [key, secret] = secrets;
  const basic = key && secret ? [Buffer.from(`${key}:${secret}`).toString('base64')] : [];
  return [...basic, ...present, ...present.map(encodeURIComponent)];
}
