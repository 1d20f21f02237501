/**
 * What a change has to pass before it is worth a review, but for the tests: types, lint, unused code, and whether what is
 * generated is what it is generated from. Files that did not change are not linted again (`npm run lint` lints all). Runs as many at once as there are processors, and shows what failed.
 *
 *     npm run check
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';

const STEPS = [
  ['eslint', '--config', 'scripts/eslint.config.js', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '.'],
  ['tsc', '--noEmit'],
  ['tsx', 'scripts/api-report.ts', '--check'],
  ['tsx', 'scripts/generate.ts', '--check'],
  ['knip', '--config', 'scripts/knip.json', '--treat-config-hints-as-errors'],
  ['prettier', '--check', '--log-level', 'warn', '.'],
];

interface Result {
  ok: boolean;
  output: string;
}

function run(step: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile('npx', ['--no-install', ...step], { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() });
    });
  });
}

const started = performance.now();
const waiting = STEPS.values();
const failed: string[] = [];

async function work(): Promise<void> {
  for (const step of waiting) {
    const from = performance.now();
    const { ok, output } = await run(step);
    const name = step.join(' ');
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name}  ${seconds(from)}`);
    if (ok) continue;
    failed.push(name);
    console.error(output);
  }
}

function seconds(from: number): string {
  return `${((performance.now() - from) / 1000).toFixed(1)} s`;
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(failed.length === 0 ? `All ${STEPS.length} in ${seconds(started)}` : `Failed: ${failed.join('; ')}`);
if (failed.length > 0) process.exitCode = 1;
