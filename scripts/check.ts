/**
 * Runs all checks except the tests: types, lint, formatting, unused code, and whether the generated files are up to
 * date. Only changed files are linted again (`npm run lint` lints all). As many checks run at once as there are
 * processors. Prints the output of those that failed.
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
