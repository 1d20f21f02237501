import { spawn, type ChildProcess } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { builtCommand } from './built-command.js';

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** What is on standard input. */
  input?: string | undefined;
  cwd?: string;
  /** Leaves standard input open, for the test to write to. */
  keepInputOpen?: boolean;
}

export interface RunningCommand {
  child: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves to what there is of standard error, as soon as it has this in it. */
  untilStderr: (text: string) => Promise<string>;
  untilStdout: (text: string) => Promise<string>;
}

/** Only what a process needs to start: what the machine has set must not change the output. */
export function bareEnvironment(env: Record<string, string> = {}): Record<string, string> {
  const { PATH = '', SystemRoot = '' } = process.env;
  return { PATH, ...(SystemRoot && { SystemRoot }), TZ: 'UTC', ...env };
}

/** Starts the built command as a process. It is killed when the test ends before it does. */
export function startCommand(
  args: readonly string[],
  { env, input, cwd, keepInputOpen = false }: RunOptions = {},
): RunningCommand {
  const child = spawn(process.execPath, [builtCommand(), ...args], {
    env: bareEnvironment(env),
    stdio: [input === undefined && !keepInputOpen ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const check of waiting) check();
    });
  }
  // A command that ends before it has read everything is not what is tested here.
  child.stdin?.on('error', () => undefined);
  if (!keepInputOpen) child.stdin?.end(input);

  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...output }));
  });
  const until = (name: 'stdout' | 'stderr', text: string) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        if (!output[name].includes(text)) return;
        waiting.delete(check);
        resolve(output[name]);
      };
      waiting.add(check);
      check();
      const onEnd = () => reject(new Error(`It ended without "${text}": ${output.stdout}${output.stderr}`));
      finished.then(onEnd, onEnd);
    });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await finished.catch(() => undefined);
  });
  return {
    child,
    finished,
    untilStderr: (text) => until('stderr', text),
    untilStdout: (text) => until('stdout', text),
  };
}

/** Runs the built command to its end. */
export function runCommand(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return startCommand(args, options).finished;
}
