/* eslint-disable no-control-regex */

/** What was drawn on a line of a terminal, one after the other; each was drawn over the one before. */
export function drawnLines(text: string): string[] {
  const lines = text
    .split(/\u001B\[1G|\r|\n/)
    .map((line) => line.replace(/\u001B(?:[78]|\[[?\d;]*[A-Za-z])/g, ''))
    .filter((line) => line !== '');
  return lines.filter((line, at) => line !== lines[at - 1]);
}
