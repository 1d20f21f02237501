import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { builtCommand } from './built-command.js';
import { bareEnvironment } from './run-command.js';

/** Why there is no pseudo-terminal here; undefined when there is one. */
export const noTerminal: string | undefined =
  spawnSync('python3', ['-c', 'import pty, fcntl, termios, os; os.close(pty.openpty()[0])']).status === 0
    ? undefined
    : 'python3 with its module pty is needed for a pseudo-terminal';

export interface TerminalSession {
  /** Types a text. */
  type: (text: string) => void;
  resize: (columns: number) => void;
  /** Resolves when the screen got this. */
  until: (pattern: RegExp) => Promise<void>;
  finished: Promise<{ code: number | null; output: string }>;
}

/** Starts the built command in a pseudo-terminal of its own, with all three streams on it. */
export function startInTerminal(
  args: readonly string[],
  { env = {}, cwd, columns = 80 }: { env?: Record<string, string>; cwd: string; columns?: number },
): TerminalSession {
  const script = join(import.meta.dirname, 'pseudo-terminal.py');
  const child = spawn('python3', [script, String(columns), '24', process.execPath, builtCommand(), ...args], {
    env: bareEnvironment({ TERM: 'xterm-256color', ...env }),
    cwd,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const check of waiting) check();
  });
  child.stdin.on('error', () => undefined);
  const finished = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await finished;
  });
  return {
    type: (text) => void child.stdin.write(`${JSON.stringify({ send: text })}\n`),
    resize: (newColumns) => void child.stdin.write(`${JSON.stringify({ columns: newColumns, rows: 24 })}\n`),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!pattern.test(output)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void finished.then(() => reject(new Error(`It ended without ${String(pattern)}: ${output}`)));
      }),
    finished,
  };
}
