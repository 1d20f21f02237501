import { MAX_REDACTED_LENGTH } from './limits.js';

/** Removes user info, query and fragment from a URL, so that a signed URL can be logged. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

// In JSON, the characters of a URL may be escaped, with more backslashes for each level of nested strings. Escaped
// characters that end a URL are not matched. The scheme must not begin inside an escape sequence, which the replacement
// would break.
const URLS =
  /(?<!\\(?:u[\da-f]{0,3})?)[a-z][a-z\d+.-]{0,19}:(?:\\*\/|\\+u002f){2}[^\s"'<>\\]*(?:\\+(?:\/|u00(?:2[135-9a-f]|3[0-9abdf]|[4-7]))[^\s"'<>\\]*)*/gi;

// The value of an authorization header, which some gateways echo. The minimum length spares "Basic authentication".
const CREDENTIALS = /\b(basic|bearer) +(?:[\w+/=.~-]|\\+(?:\/|u00[23][bdf])){15,}/gi;

/** Removes user info, query and fragment from every URL in a text, and the credentials of authorization headers. */
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

/** Redacts a text and cuts it at `MAX_REDACTED_LENGTH`, because matching megabytes could overflow the stack. */
export function redactStart(text: string): string {
  if (text.length <= MAX_REDACTED_LENGTH) return redactText(text);
  // A URL that is cut in two is dropped, because its remainder might look like a different URL.
  return redactText(text.slice(0, MAX_REDACTED_LENGTH).replace(/(?<![^\s"'<>])[^\s"'<>:]*:[^\s"'<>]*$/, ''));
}
