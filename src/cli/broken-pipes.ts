import type { Writable } from 'node:stream';
import { CommandError } from './command-error.js';
import { EXIT } from './exit-codes.js';

/**
 * Makes broken pipes quiet: `scenario-downloads urls ... | head -1` ends without a word. Whatever else is wrong with
 * standard output ends the command and is said. What is wrong with standard error is no reason to end.
 *
 * @param onClosed called when nobody reads standard output any more
 */
export function quietBrokenPipes(stdout: Writable, stderr: Writable, onClosed: () => void): void {
  stdout.on('error', (error) => {
    if (!isBrokenPipe(error)) throw outputError(error);
    onClosed();
  });
  // Whoever does not get the messages may still want the files; and nowhere is left to say it.
  stderr.on('error', () => undefined);
}

/** Results that cannot be written are no fault of the command: the disk that they go to may be full. */
function outputError(cause: Error): CommandError {
  const advice = 'Look at where it goes to; with get, what is saved stays.';
  return new CommandError(
    `Standard output cannot be written to: ${cause.message}.`,
    { code: 'OUTPUT_FAILED', advice, exitCode: EXIT.disk },
    { cause },
  );
}

function isBrokenPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}
