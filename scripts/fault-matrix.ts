/**
 * Injects every fault at every step of a download and writes the outcomes to a page of the guide.
 *
 *     npm run fault-matrix               writes the page
 *     npm run fault-matrix -- --check    writes nothing; fails when the page does not match the outcomes
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { readDiskTexts, renderMatrix } from './fault-matrix/render-matrix.js';
import { runDiskMatrix } from './fault-matrix/run-disk-matrix.js';
import { problemsIn, runMatrix } from './fault-matrix/run-matrix.js';

const PAGE = new URL('docs/guide/55-faults.md', import.meta.url);

const [rows, disk] = await Promise.all([runMatrix(), runDiskMatrix()]);
const kept = await readFile(PAGE, 'utf8');
// The page keeps its text for faults that cannot be injected on this system.
const texts = new Map([...readDiskTexts(kept), ...disk.texts]);
const page = await format(renderMatrix(rows, texts), { parser: 'markdown', printWidth: 120 });
const problems = [...problemsIn(rows), ...disk.problems];
problems.forEach((problem) => console.error(problem));
disk.skipped.forEach((text) => console.error(`Skipped: ${text}`));
if (process.argv.includes('--check')) {
  const isSame = page === kept;
  if (!isSame) console.error('The page is not what happens: run npm run fault-matrix.');
  process.exitCode = isSame && problems.length === 0 ? 0 : 1;
} else {
  await writeFile(PAGE, page);
  console.log(page.slice(page.indexOf('| Fault')));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
