import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));

/** The programs in the README, by the name that stands beside their language. */
export function readmePrograms(): Map<string, string> {
  const blocks = [...readFileSync(README, 'utf8').matchAll(/^```(ts|typescript)(.*)\n([\s\S]*?)^```$/gm)];
  return new Map(
    blocks.map(([, , name = '', text = '']) => {
      if (!name.trim().endsWith('.ts')) throw new Error(`A program of the README has no name:\n${text}`);
      return [name.trim(), text];
    }),
  );
}
