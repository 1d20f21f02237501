import { MAX_REDACTED_LENGTH } from './limits.js';

/** The URL without user info, query and fragment: what may be logged of a signed URL. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

// In JSON, characters of a URL may be escaped, and once more for each string that it is part of. Not those that end it.
// The end of an escaped character is no scheme, and what is replaced must leave it whole.
const URLS =
  /(?<!\\(?:u[\da-f]{0,3})?)[a-z][a-z\d+.-]{0,19}:(?:\\*\/|\\+u002f){2}[^\s"'<>\\]*(?:\\+(?:\/|u00(?:2[135-9a-f]|3[0-9abdf]|[4-7]))[^\s"'<>\\]*)*/gi;

// As they stand in the header, which some gateways repeat. They are longer than "Basic authentication".
const CREDENTIALS = /\b(basic|bearer) +(?:[\w+/=.~-]|\\+(?:\/|u00[23][bdf])){15,}/gi;

/** The text with the user info, query and fragment cut from every URL in it, and without the credentials of a header. */
export function redactText(text: string): string {
  return text
    .replace(CREDENTIALS, '$1 ***')
    .replace(URLS, (url) =>
      redactUrl(
        url
          .replace(/\\+u00(..)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
          .replaceAll('\\', ''),
      ),
    );
}

/** As much of a text as may be needed of it, redacted. Matching in megabytes would take too much room on the stack. */
export function redactStart(text: string): string {
  if (text.length <= MAX_REDACTED_LENGTH) return redactText(text);
  // What is left of a URL that is cut in two might look like another one.
  return redactText(text.slice(0, MAX_REDACTED_LENGTH).replace(/(?<![^\s"'<>])[^\s"'<>:]*:[^\s"'<>]*$/, ''));
}
