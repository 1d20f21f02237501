import { EXIT, type ExitCode } from './exit-codes.js';

/** An error that the command itself detects, with advice for the user and an exit code. */
export class CommandError extends Error {
  /** The error code in the `--json` document. */
  readonly code: 'USAGE' | 'NO_CREDENTIALS' | 'INTERRUPTED' | 'OUTPUT_FAILED';
  readonly advice: string;
  readonly exitCode: ExitCode;

  constructor(
    message: string,
    details: { code: CommandError['code']; advice: string; exitCode: ExitCode },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CommandError';
    this.code = details.code;
    this.advice = details.advice;
    this.exitCode = details.exitCode;
  }
}

/** Creates an error about how the command was called. */
export function usageError(message: string, advice: string, options?: ErrorOptions): CommandError {
  return new CommandError(message, { code: 'USAGE', advice, exitCode: EXIT.usage }, options);
}
