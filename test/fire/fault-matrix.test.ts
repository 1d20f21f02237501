import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { readDiskTexts, renderMatrix } from '../../scripts/fault-matrix/render-matrix.js';
import { problemsIn, runMatrix } from '../../scripts/fault-matrix/run-matrix.js';

it('every fault at every step ends as the guide says, loses nothing that was finished and tells no secret', async () => {
  const rows = await runMatrix();
  expect(problemsIn(rows)).toEqual([]);
  const page = await readFile(new URL('../../scripts/docs/guide/55-faults.md', import.meta.url), 'utf8');
  const rendered = renderMatrix(rows, readDiskTexts(page));
  expect(await format(rendered, { parser: 'markdown', printWidth: 120 })).toBe(page);
});
