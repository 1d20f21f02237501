/** The text of somebody else as a part of a sentence. OpenSSL, say, ends its messages with a line break. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
