import { EXIT, type ExitCode } from './exit-codes.js';

/** What the command itself finds wrong: what it is, what to do about it, and how the process ends. */
export class CommandError extends Error {
  /** For `--json`. */
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

/** An error in how the command was called. */
export function usageError(message: string, advice: string, options?: ErrorOptions): CommandError {
  return new CommandError(message, { code: 'USAGE', advice, exitCode: EXIT.usage }, options);
}
