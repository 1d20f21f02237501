import { spawnSync } from 'node:child_process';

/** The tests ask for nothing but Node, and leave out what takes more: why, for the name of what is left out, or nothing. */
export function whyWithout(...commands: readonly string[]): string {
  const missing = commands.filter((command) => !isInstalled(command));
  return missing.length === 0 ? '' : ` (left out, since there is no ${missing.join(' and no ')} here)`;
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}
