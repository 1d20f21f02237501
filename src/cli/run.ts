import { CommanderError, type Command } from 'commander';
import { createOutput, type Output, type TerminalStream } from './output.js';
import { quietBrokenPipes } from './broken-pipes.js';
import type { CommandContext, SavedSoFar } from './command-context.js';
import { DEFAULT_DIRECTORY } from './command-options.js';
import { readEnvironment } from './credentials.js';
import { debugText } from './debug-text.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { explainError, type Explanation } from './explain-error.js';
import { listenForInterruption } from './interruption.js';
import { documentOfError } from './json-document.js';
import { createProgram, type ParsedOptions } from './program.js';
import { countOf, formatBytes } from './numbers.js';
import { isRepeatable, shellCommand } from './shell-command.js';
import type { Environment } from '../node/http/proxy-for.js';
import type { Readable } from 'node:stream';

export interface ProcessStreams {
  stdin: Readable;
  stdout: TerminalStream;
  stderr: TerminalStream;
}

/** The name and arguments that the command was called with. */
export interface CommandCall {
  readonly name: string;
  readonly argv: readonly string[];
  /** Set by `run` as soon as the program has parsed the arguments. */
  options?: ParsedOptions;
  /** Set by `run` as soon as it is known: the environment, with what an env file adds. */
  env?: Environment;
}

/**
 * Runs the command line and resolves to its exit code. Errors are printed to standard error, and with `--json` to
 * standard output as well.
 */
export async function run(call: CommandCall, processEnv: Environment, streams: ProcessStreams): Promise<ExitCode> {
  const { name, argv } = call;
  const output = createOutput(streams, () => secretsIn(call.env ?? processEnv));
  const outputClosed = new AbortController();
  quietBrokenPipes(streams.stdout, streams.stderr, () => outputClosed.abort(new Error('Nobody reads.')));
  const startedAt = performance.now();
  const saved: SavedSoFar = {
    files: 0,
    bytes: 0,
    get seconds() {
      return Math.round(performance.now() - startedAt) / 1000;
    },
  };
  const report = (error: unknown) => reportFailure(error, call, { output, saved, commands: program.commands });
  let interrupted: unknown;
  const interruption = listenForInterruption(() => report(interrupted));
  interruption.signal.addEventListener('abort', () => {
    interrupted = interruption.signal.reason;
  });

  let exitCode: ExitCode = EXIT.done;
  const program = createProgram({
    run: async (options: ParsedOptions, command: (context: CommandContext) => Promise<ExitCode>) => {
      call.options = options;
      const env = (call.env = readEnvironment(processEnv, options.envFile));
      const { signal } = interruption;
      const { stdin } = streams;
      exitCode = await command({ output, stdin, env, signal, name, argv, outputClosed: outputClosed.signal, saved });
    },
    onMistake: (text) => output.notes(withoutValues(text).trimEnd()),
  });
  try {
    await program.parseAsync(isLost(argv, program) ? argv.slice(1, 2) : [...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(interruption.signal.aborted ? interruption.signal.reason : error);
  } finally {
    interruption.dispose();
  }
}

/** Returns the values that must never be shown. */
export function secretsIn(env: Environment): (string | undefined)[] {
  return [env['SCENARIO_SDK_API_KEY'], env['SCENARIO_SDK_API_SECRET']];
}

/**
 * Whether the user asks for help on an unknown command. Its name is then parsed as a command, which reports the error.
 */
function isLost([first, topic]: readonly string[], program: Command): boolean {
  return first === 'help' && topic !== undefined && !isNameOf(topic, program.commands);
}

function isNameOf(text: string, commands: readonly Command[]): boolean {
  return commands.some((command) => command.name() === text);
}

/** Prints what went wrong and what to do about it, and returns the exit code. */
export function reportFailure(
  error: unknown,
  call: CommandCall,
  { output, saved, commands = [] }: { output: Output; saved?: SavedSoFar; commands?: readonly Command[] },
): ExitCode {
  const { name, argv } = call;
  const explanation = error instanceof CommanderError ? explainMistake(error, call, commands) : explainError(error);
  if (explanation.exitCode === EXIT.done) return EXIT.done;
  const { code, message, exitCode } = explanation;
  const isGet = argv[0] === 'get';
  const isInterrupted = code === 'INTERRUPTED';
  // The advice says that the command can be resumed, which only `get` can.
  const advice = isInterrupted && !isGet ? '' : explanation.advice;
  if (has(argv, '--json')) {
    output.document(documentOfError({ ...explanation, advice }, isGet ? directoryOf(call) : undefined, saved));
  }
  // The parser has already printed its own errors.
  if (!(error instanceof CommanderError)) output.note(isInterrupted ? message : `error: ${message}`);
  // One sentence per line.
  if (advice !== '') for (const sentence of advice.split(/(?<=\.) (?=[A-Z])/)) output.note(`  ${sentence}`);
  if (isGet && saved !== undefined && saved.files > 0) {
    output.note(`  ${countOf(saved.files, 'file')} (${formatBytes(saved.bytes)}) had been saved by then.`);
  }
  if (isInterrupted && isGet && isRepeatable(argv)) output.note(`  ${shellCommand(name, argv)}`);
  if (has(argv, '--debug')) output.notes(debugText(error));
  return exitCode;
}

function explainMistake(error: CommanderError, { name, argv }: CommandCall, commands: readonly Command[]): Explanation {
  const command = argv.slice(0, 1).filter((first) => isNameOf(first, commands));
  const help = shellCommand(name, [...command, '--help']);
  return {
    code: 'USAGE',
    message: withoutValues(error.message).replace(/^error: /, ''),
    advice: adviseOn(error, name, help, argv[0] === 'help'),
    // Help is a success when the user asked for it, but a usage error when it is shown because no command was given.
    exitCode: error.exitCode === 0 || (argv[0] === 'help' && error.code === 'commander.help') ? EXIT.done : EXIT.usage,
  };
}

function adviseOn({ code, message }: CommanderError, name: string, help: string, isAboutHelp: boolean): string {
  // The parser has already shown the whole help.
  if (code === 'commander.help') return '';
  if (/--?(api-?)?(key|secret|password|token)/i.test(message))
    return 'Credentials are never options: set SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET, or use --env-file.';
  const example = shellCommand(name, ['get', 'ID', 'ID']);
  if (code === 'commander.unknownOption' && /'--(asset|id)/i.test(message))
    return `Asset ids need no option: ${example}. See ${help} for what there is.`;
  // A word that is neither close to a command's name nor the topic of `help` is probably an id.
  if (code === 'commander.unknownCommand' && !/Did you mean/.test(message) && !isAboutHelp)
    return `Ids follow a command: ${example}. See ${help} for what there is.`;
  return `See ${help} for what there is.`;
}

/** Removes option values from a message, because an unknown option such as `--api-key=...` may hold a secret. */
function withoutValues(text: string): string {
  return text.replace(/'(-[\w-]*)=[^']*'/g, "'$1=...'");
}

function has(argv: readonly string[], option: string): boolean {
  return beforeOperands(argv).includes(option);
}

function beforeOperands(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}

/** Returns the folder that `get` saves into; if parsing failed, the last one that the arguments seem to name. */
function directoryOf({ argv, options }: CommandCall): string {
  return (options === undefined ? lastDirectoryIn(beforeOperands(argv)) : options.out) ?? DEFAULT_DIRECTORY;
}

function lastDirectoryIn(argv: readonly string[]): string | undefined {
  return argv
    .map((argument, at) =>
      argument === '-o' || argument === '--out' ? argv[at + 1] : /^(?:--out=|-o)(.+)/s.exec(argument)?.[1],
    )
    .findLast((value) => value !== undefined && value !== '' && !value.startsWith('--'));
}
