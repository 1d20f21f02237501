import type { Writable } from 'node:stream';
import { CommandError } from './command-error.js';
import { EXIT } from './exit-codes.js';

/**
 * Handles errors of the output streams. A broken pipe is not reported, so that
 * `scenario-downloads urls ... | head -1` ends quietly. Any other error on standard output ends the command with a
 * message; errors on standard error are ignored.
 *
 * @param onClosed called when the reader of standard output has closed the pipe
 */
export function quietBrokenPipes(stdout: Writable, stderr: Writable, onClosed: () => void): void {
  stdout.on('error', (error) => {
    if (!isBrokenPipe(error)) throw outputError(error);
    onClosed();
  });
  // The user may still want the files, and there is no other stream to report the error on.
  stderr.on('error', () => undefined);
}

/** Creates the error for an unwritable standard output. It is not a bug of the command: the disk may be full. */
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
