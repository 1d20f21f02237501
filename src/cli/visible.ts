/** Matches control characters, all kinds of line breaks, and characters that change the direction of text. */
const STEERING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Escapes line breaks and all characters that could control a terminal. Text from a server or a file may contain escape
 * sequences, or lines that look like the command's own output.
 */
export function visible(text: string): string {
  return text.replace(STEERING, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
