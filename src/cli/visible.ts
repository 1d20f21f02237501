/** Controls, line breaks of every kind, and what turns the direction of text around. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * The text on one line, with what would steer a terminal written out: what a server or a file says may have escape
 * sequences in it, or lines that pass for those of the command.
 */
export function visible(text: string): string {
  return text.replace(STEERING, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
