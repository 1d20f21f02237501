/**
 * Runs the built `get` against the sandbox and writes its terminal output between the markers in the README. With
 * `--check` it writes nothing, and fails when the README differs from the output. Numbers are not compared, because
 * they differ from run to run.
 *
 *     npm run transcript [-- --check]
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildCommand } from './transcript/build-command.js';
import { startSandbox, type Sandbox } from '../src/sandbox/index.js';

const ROOT = join(import.meta.dirname, '..');
const README = join(ROOT, 'README.md');
const START = '<!-- transcript:start -->';
const END = '<!-- transcript:end -->';
const ARGS = ['get', '--from', 'ids.txt', '--model', 'model_demo', '--out', 'renders'];
const ASSETS = 2000;

// Makes the command treat its output as a terminal, so that no real one is needed.
const AS_TERMINAL = `data:text/javascript,${encodeURIComponent(
  'Object.assign(process.stderr, { isTTY: true, columns: 120 }); Object.assign(process.stdout, { isTTY: true });',
)}`;

/** Runs the command and returns what it draws on the terminal, with one line for each redraw. */
async function show(cwd: string, { baseUrl, credentials }: Sandbox): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', AS_TERMINAL, buildCommand(), ...ARGS], {
    cwd,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NO_COLOR: '1',
      SCENARIO_BASE_URL: baseUrl,
      SCENARIO_SDK_API_KEY: credentials.apiKey,
      SCENARIO_SDK_API_SECRET: credentials.apiSecret,
    },
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The command ended with ${String(code)}: ${output}`);
  // Each redraw begins by moving to the first column.
  return output
    .replaceAll('\u001B[1G', '\n')
    .split('\n')
    .map((line) => stripVTControlCharacters(line))
    .filter((line) => line !== '');
}

const LIVE = /^(starting|waiting|checking|saving) /;

/** Chooses one line of each phase: the middle one of those that show the time left, or else the longest. */
function chooseLines(lines: readonly string[]): string[] {
  const phases = ['starting', 'waiting', 'saving'].map((phase) => {
    const drawn = lines.filter((line) => line.startsWith(`${phase} `));
    const full = drawn.filter((line) => line.endsWith(' left'));
    const byLength = drawn.toSorted((one, other) => one.length - other.length);
    return full[Math.floor(full.length / 2)] ?? byLength.at(-1);
  });
  return [...phases.filter((line) => line !== undefined), ...lines.filter((line) => !LIVE.test(line))];
}

async function makeTranscript(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'scenario-downloads-transcript-'));
  const sandbox = await startSandbox({ jobDurationMs: 2500, imageSize: 64 });
  // Slow the transfer down, so that there is progress to show.
  const slow = { type: 'trickle', chunkBytes: 100_000, everyMs: 40 } as const;
  sandbox.faults.add({ on: 'file', effect: slow, times: Infinity });
  try {
    const ids = Array.from({ length: ASSETS }, (_, at) => `asset_${String(at).padStart(4, '0')}\n`);
    await writeFile(join(cwd, 'ids.txt'), ids.join(''));
    const prompt = `$ scenario-downloads ${ARGS.join(' ')}`;
    const first = chooseLines(await show(cwd, sandbox));
    const second = (await show(cwd, sandbox)).filter((line) => !LIVE.test(line));
    return ['```console', prompt, ...first, prompt, ...second, '```'].join('\n');
  } finally {
    await sandbox.close();
    await rm(cwd, { recursive: true, force: true });
  }
}

/** Reduces a transcript to what `--check` compares: everything except numbers and the details of progress lines. */
function shapeOf(transcript: string): string {
  return transcript
    .replace(/^(starting|waiting|saving) .*$/gm, '$1')
    .replace(/\d[\d,.]*( (B|kB|MB|GB|s|min)\b)?/g, 'N')
    .replace(/( N)+/g, ' N')
    .trim();
}

const readme = await readFile(README, 'utf8');
const [before, shown, after] = [
  readme.slice(0, readme.indexOf(START) + START.length),
  readme.slice(readme.indexOf(START) + START.length, readme.indexOf(END)),
  readme.slice(readme.indexOf(END)),
];
if (!readme.includes(START) || !readme.includes(END)) throw new Error(`README.md has no ${START} and ${END}.`);

const transcript = await makeTranscript();
if (!process.argv.includes('--check')) {
  await writeFile(README, `${before}\n\n${transcript}\n\n${after}`);
} else if (shapeOf(shown) !== shapeOf(transcript)) {
  console.error(`README.md shows\n${shown.trim()}\n\nbut the command shows\n${transcript}\n\nRun: npm run transcript`);
  process.exitCode = 1;
}
