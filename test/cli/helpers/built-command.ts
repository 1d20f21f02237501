import { buildCommand } from '../../../scripts/transcript/build-command.js';

let built: string | undefined;

/** The built command. The sources of its first call are those of the whole test file. */
export function builtCommand(): string {
  return (built ??= buildCommand());
}
