/**
 * Puts a foreign message on one line, to be part of a sentence. OpenSSL, for example, ends its messages with a line
 * break.
 */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
