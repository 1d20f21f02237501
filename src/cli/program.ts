import { Command } from 'commander';
import { DEFAULT_CONNECTIONS } from '../node/transfer/connections.js';
import type { CommandContext } from './command-context.js';
import {
  addApiOptions,
  addFileOptions,
  addPaceOptions,
  addSelection,
  collectGlobs,
  parseConnections,
  parsePort,
  parseText,
  type ApiOptions,
  type BatchOptions,
} from './command-options.js';
import type { GetOptions } from './commands/get.js';
import type { ExitCode } from './exit-codes.js';
import { HELP } from './help-texts.js';
import { packageVersion } from './package-version.js';

/** The parsed options that the program's host needs, too. */
export type ParsedOptions = ApiOptions & { json?: boolean; out?: string };

export interface ProgramHost {
  /** Runs a command after its arguments have been parsed. */
  run: (options: ParsedOptions, command: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;
  /** Receives the parser's error messages. */
  onMistake: (text: string) => void;
}

/** Creates the parser with all commands and options. The code of a command is only loaded when the command runs. */
export function createProgram({ run, onMistake }: ProgramHost): Command {
  const program = new Command('scenario-downloads')
    .description('Gets assets out of Scenario and onto disk, checked and complete.')
    .version(packageVersion(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [name]', 'show the help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: onMistake })
    .addHelpText('after', HELP.main);

  const getCommand = addSelection(program.command('get').description('Save assets into a folder.'))
    .optionsGroup('The files:')
    .option('-o, --out <dir>', 'the folder to save into (default: ./scenario-downloads)', parseText);
  addFileOptions(getCommand)
    .option('--include <glob>', 'only files whose path matches; may be repeated', collectGlobs)
    .option('--exclude <glob>', 'no files whose path matches; may be repeated', collectGlobs)
    .option('--keep-archives', 'keep the archives beside the files')
    .option('--force', 'request and fetch everything anew, and replace what is there');
  addPaceOptions(getCommand)
    .option(
      '--connections <n>',
      `how many connections to hosts of files, over all archives (default: ${DEFAULT_CONNECTIONS})`,
      parseConnections,
    )
    .optionsGroup('Options:')
    .option('--dry-run', 'print the plan and request nothing; needs no credentials')
    .option('--json', 'print one JSON document on standard output')
    .option('--quiet', 'print nothing but errors');
  addApiOptions(getCommand)
    .addHelpText('after', HELP.get)
    .action(async (assetIds: string[], options: GetOptions) => {
      const { get } = await import('./commands/get.js');
      await run(options, (context) => get(assetIds, options, context));
    });

  const urlsCommand = addSelection(
    program.command('urls').description('Print signed URLs, one JSON line for each archive or asset.'),
  ).optionsGroup('The files:');
  addPaceOptions(addFileOptions(urlsCommand)).optionsGroup('Options:').option('--quiet', 'print nothing but errors');
  addApiOptions(urlsCommand)
    .addHelpText('after', HELP.urls)
    .action(async (assetIds: string[], options: BatchOptions) => {
      const { urls } = await import('./commands/urls.js');
      await run(options, (context) => urls(assetIds, options, context));
    });

  addApiOptions(program.command('status').description('Ask once what has become of a job.'))
    .argument('<jobId>', 'the job')
    .option('--json', 'print one JSON document on standard output')
    .addHelpText('after', HELP.status)
    .action(async (jobId: string, options: ApiOptions & { json?: boolean }) => {
      const { status } = await import('./commands/status.js');
      await run(options, (context) => status(jobId, options, context));
    });

  program
    .command('sandbox')
    .description('Run a local API with made-up assets, to try the other commands without an account.')
    .option('--port <n>', 'the port of the API (default: a free one)', parsePort)
    .option('--debug', 'show the stack of an error')
    .addHelpText('after', HELP.sandbox)
    .action(async (options: { port?: number; debug?: boolean }) => {
      const { sandbox } = await import('./commands/sandbox.js');
      await run(options, (context) => sandbox(options, context));
    });

  return program;
}
