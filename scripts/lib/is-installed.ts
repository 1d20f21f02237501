import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether a command is installed. */
export async function isInstalled(command: string): Promise<boolean> {
  return promisify(execFile)('sh', ['-c', `command -v ${command}`]).then(
    () => true,
    () => false,
  );
}
