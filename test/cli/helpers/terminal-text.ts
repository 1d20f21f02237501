import { stripVTControlCharacters } from 'node:util';

/** What was drawn on a line of a terminal, one after the other; each was drawn over the one before. */
export function drawnLines(text: string): string[] {
  const lines = text
    .replaceAll('\u001B[1G', '\n')
    .split(/\r|\n/)
    .map((line) => stripVTControlCharacters(line))
    .filter((line) => line !== '');
  return lines.filter((line, at) => line !== lines[at - 1]);
}
