#!/usr/bin/env node
import { createOutput } from './output.js';
import { reportFailure, run, secretsIn, type CommandCall } from './run.js';
import { commandName } from './shell-command.js';
import { EXIT } from './exit-codes.js';

const call: CommandCall = { name: commandName(process.env), argv: process.argv.slice(2) };

// If the process ends before the command is done, the exit code must not say success.
process.exitCode = EXIT.unexpected;
process.on('uncaughtException', (error) => {
  const output = createOutput(process, () => secretsIn(call.env ?? process.env));
  process.exit(reportFailure(error, call, { output }));
});

void run(call, process.env, process).then((exitCode) => {
  process.exitCode = exitCode;
});
