import { redactText } from '../redact.js';

/** A short secret would be found in words that have nothing to do with it. */
const SHORTEST = 6;
/** A URL with user info, a query or a fragment. One that has none is left as it was written. */
const WITH_MORE_THAN_A_PATH = /[a-z][a-z\d+.-]{0,19}:\/\/[^\s"'<>\\]*[?#@][^\s"'<>\\]*/gi;

/**
 * A function that takes every secret out of a text, also in the form in which HTTP Basic sends it, and the query out of
 * every URL: the last thing that stands before text reaches a terminal or a log.
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
