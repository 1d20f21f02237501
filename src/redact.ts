/** The URL without user info, query and fragment: what may be logged of a signed URL. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

// In JSON, slashes and ampersands may be escaped, and once more for each string that it is part of.
const URLS = /https?:(?:\\*\/|\\+u002f){2}[^\s"'<>\\]*(?:\\+(?:\/|u002f|u0026)[^\s"'<>\\]*)*/gi;

/**
 * The text with the user info, query and fragment cut from every URL in it.
 *
 * @param text not of megabytes: matching takes room on the stack
 */
export function redactText(text: string): string {
  return text.replace(URLS, (url) =>
    redactUrl(
      url
        .replace(/\\+u0026/gi, '&')
        .replace(/\\+u002f/gi, '/')
        .replaceAll('\\', ''),
    ),
  );
}
