import type { Writable } from 'node:stream';

/**
 * Makes broken pipes quiet: `scenario-downloads urls ... | head -1` ends without a word.
 *
 * @param onClosed called when nobody reads standard output any more
 */
export function quietBrokenPipes(stdout: Writable, stderr: Writable, onClosed: () => void): void {
  stdout.on('error', (error) => {
    if (!isBrokenPipe(error)) throw error;
    onClosed();
  });
  stderr.on('error', (error) => {
    // Whoever does not read the messages may still want the files.
    if (!isBrokenPipe(error)) throw error;
  });
}

function isBrokenPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}
