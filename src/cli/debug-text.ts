import { inspect } from 'node:util';

/**
 * Returns the stack of an error and of its causes. It may contain secrets and signed URLs, which the output removes
 * when it is printed.
 */
export function debugText(error: unknown): string {
  const lines: string[] = [];
  let cause = error;
  for (let depth = 0; cause !== undefined && depth < 10; depth++) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
    lines.push(depth === 0 ? text : `caused by ${text}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines.join('\n');
}
