import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const blocksOf = (text: string) =>
  [...text.matchAll(/^```(?:shellscript|html)\n([\s\S]*?)^```$/gm)].map((match) => match[1]);

test("the portals of the README are those of the guide, which the browser's tests render", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const section = /^### In a docs portal$[\s\S]*?(?=^##)/m.exec(readme)?.[0] ?? '';
  const guide = readFileSync(join(root, 'scripts/docs/guide/70-reuse-the-spec.md'), 'utf8');
  expect(blocksOf(section)).toHaveLength(3);
  expect(blocksOf(guide)).toEqual(expect.arrayContaining(blocksOf(section)));
});
