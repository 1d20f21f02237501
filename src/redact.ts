/** The URL without user info, query and fragment: what may be logged of a signed URL. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The text with the user info, query and fragment cut from every URL in it, be its slashes escaped as in some JSON. */
export function redactText(text: string): string {
  return text.replace(/https?:(\\?\/){2}([^\s"'<>\\]|\\\/)+/gi, (url) => redactUrl(url.replaceAll('\\', '')));
}
