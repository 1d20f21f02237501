import type { Sandbox } from '../../sandbox/index.js';
import type { CommandContext } from '../command-context.js';
import { usageError } from '../command-error.js';
import { shellCommand } from '../shell-command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

/** Runs the sandbox until Ctrl-C, which counts as success. */
export async function sandbox(
  { port = 0 }: { port?: number },
  { output, signal, name }: CommandContext,
): Promise<ExitCode> {
  const running = await start(port);
  try {
    output.note(`The sandbox runs at ${running.baseUrl}. Ctrl-C stops it. In another terminal:`);
    output.note('');
    for (const line of exportLines(running, process.platform)) output.result(line);
    output.note('');
    output.note(
      `Then, for example: ${shellCommand(name, ['get', '--model', 'model_demo', '--out', 'sandbox-assets'])}`,
    );
    await interruptionOf(signal);
  } finally {
    await running.close();
  }
  output.note('');
  output.note('The sandbox has stopped.');
  return EXIT.done;
}

/** Returns the lines that set the variables for the other commands, in the syntax of the platform's shell. */
export function exportLines(
  { baseUrl, credentials }: Pick<Sandbox, 'baseUrl' | 'credentials'>,
  platform: string,
): string[] {
  const variables = {
    SCENARIO_BASE_URL: baseUrl,
    SCENARIO_SDK_API_KEY: credentials.apiKey,
    SCENARIO_SDK_API_SECRET: credentials.apiSecret,
  };
  return Object.entries(variables).map(([name, value]) =>
    platform === 'win32' ? `$env:${name} = "${value}"` : `export ${name}=${value}`,
  );
}

async function start(port: number): Promise<Sandbox> {
  // The sandbox is a separate entry of the package, so it is not bundled into the built command.
  const { startSandbox } = await import('../../sandbox/index.js');
  try {
    return await startSandbox({ port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    const reason = code === 'EACCES' ? 'is not for everybody' : 'is taken by another process';
    throw usageError(`Port ${port} ${reason}.`, 'Choose another one, or leave --port out for a free one.', { cause });
  }
}

function interruptionOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
