import type { Environment } from '../node/http/proxy-for.js';

/** How the command was called: where npx found it, a shell may not. */
export function commandName(env: Environment): string {
  return env['npm_command'] === 'exec' ? 'npx scenario-downloads' : 'scenario-downloads';
}

/**
 * The line that starts the command with these arguments, quoted for the shell, so that it can be copied.
 *
 * @param name see {@link commandName}
 * @param platform decides on the quotes
 */
export function shellCommand(
  name: string,
  argv: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string {
  return [name, ...argv.map((argument) => quote(argument, platform))].join(' ');
}

/** Whether the same arguments ask for the same: what came on standard input does not come again. */
export function isRepeatable(argv: readonly string[]): boolean {
  return !argv.some((argument) => argument === '-' || argument === '--from=-');
}

/** The arguments with an option put in, in front of anything that follows `--`. Its old value is left out. */
export function withOption(argv: readonly string[], option: string, value?: string): string[] {
  const end = argv.indexOf('--');
  const options = end === -1 ? [...argv] : argv.slice(0, end);
  const rest = end === -1 ? [] : argv.slice(end);
  const kept = options.filter(
    (argument, at) =>
      argument !== option && !argument.startsWith(`${option}=`) && !(value !== undefined && options[at - 1] === option),
  );
  return [...kept, option, ...(value === undefined ? [] : [value]), ...rest];
}

/** The arguments without an option that takes no value. */
export function withoutOption(argv: readonly string[], option: string): string[] {
  const end = argv.indexOf('--');
  return argv.filter((argument, at) => argument !== option || (end !== -1 && at > end));
}

function quote(argument: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  if (platform === 'win32') return `"${argument.replaceAll('"', '\\"')}"`;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
