import type { Environment } from '../node/http/proxy-for.js';

/** Returns how to call the command. If npx started it, a shell may not find it without npx. */
export function commandName(env: Environment): string {
  return env['npm_command'] === 'exec' ? 'npx scenario-downloads' : 'scenario-downloads';
}

/**
 * Formats the command with its arguments as a line that the user can copy, quoted for the shell.
 *
 * @param name see {@link commandName}
 * @param platform determines the kind of quotes
 */
export function shellCommand(
  name: string,
  argv: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string {
  return [name, ...argv.map((argument) => quote(argument, platform))].join(' ');
}

/** Whether running the same arguments again selects the same ids. It does not if they came from standard input. */
export function isRepeatable(argv: readonly string[]): boolean {
  return !argv.some((argument) => argument === '-' || argument === '--from=-');
}

/** Adds an option to the arguments, before any `--`, and removes its earlier occurrences there. */
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

/** Removes an option without a value from the arguments. */
export function withoutOption(argv: readonly string[], option: string): string[] {
  const end = argv.indexOf('--');
  return argv.filter((argument, at) => argument !== option || (end !== -1 && at > end));
}

function quote(argument: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  if (platform === 'win32') return `"${argument.replaceAll('"', '\\"')}"`;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
