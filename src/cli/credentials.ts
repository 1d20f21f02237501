import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Environment } from '../node/http/proxy-for.js';
import { CommandError, usageError } from './command-error.js';
import { EXIT } from './exit-codes.js';
import { commandName, shellCommand } from './shell-command.js';

export interface Credentials {
  apiKey: string;
  apiSecret: string;
}

const KEY = 'SCENARIO_SDK_API_KEY';
const SECRET = 'SCENARIO_SDK_API_SECRET';

/**
 * Adds the variables of an `--env-file` to the environment. The user named the file explicitly, so its values override
 * existing ones.
 *
 * @throws {CommandError} when the file cannot be read
 */
export function readEnvironment(env: Environment, envFile: string | undefined): Environment {
  if (envFile === undefined) return env;
  try {
    return { ...env, ...parseEnv(readText(envFile)) };
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : cause instanceof Error ? cause.message : String(cause);
    throw usageError(`--env-file ${envFile} cannot be read: ${reason}.`, `Name a file with lines such as ${KEY}=...`, {
      cause,
    });
  }
}

function readText(path: string): string {
  const bytes = readFileSync(path);
  // PowerShell 5 writes UTF-16 by default, and Windows calls that encoding "Unicode". Valid variables contain no zero
  // byte.
  if (bytes.includes(0)) throw new Error('it is UTF-16, not UTF-8');
  // `toString` would keep a byte order mark, which would become part of the first variable's name.
  return new TextDecoder().decode(bytes);
}

/**
 * Returns the API key and its secret from the environment. There are no options for them, because every process on the
 * machine can read the arguments of a command, and shells keep them in their history.
 *
 * @throws {CommandError} when one is missing or malformed
 */
export function requireCredentials(env: Environment): Credentials {
  const apiKey = env[KEY];
  const apiSecret = env[SECRET];
  if (apiKey && apiSecret) {
    requireBare(KEY, apiKey);
    requireBare(SECRET, apiSecret);
    if (!apiKey.includes(':')) return { apiKey, apiSecret };
    throw new CommandError(`${KEY} has a colon in it, so it is no API key.`, {
      code: 'NO_CREDENTIALS',
      advice: `Put what stands before the colon into ${KEY} and the rest into ${SECRET}, if it is both in one.`,
      exitCode: EXIT.credentials,
    });
  }
  const missing = [apiKey ? undefined : KEY, apiSecret ? undefined : SECRET].filter((name) => name !== undefined);
  throw new CommandError(
    `There are no credentials: ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set.`,
    {
      code: 'NO_CREDENTIALS',
      advice:
        `Set ${KEY} and ${SECRET}, or name a file that sets them with --env-file. ` +
        'API keys are made in the Scenario web app (https://app.scenario.com), in the settings of your workspace. ' +
        `To try the command without an account, start "${shellCommand(commandName(env), ['sandbox'])}" in another terminal.`,
      exitCode: EXIT.credentials,
    },
  );
}

/**
 * Rejects a value with quotes or white space around it, which shells and files with a trailing line break can leave.
 * The error does not contain the value.
 */
function requireBare(name: string, value: string): void {
  if (!/^\s|\s$|^(["']).*\1$/s.test(value)) return;
  throw new CommandError(`${name} has white space or quotes around it.`, {
    code: 'NO_CREDENTIALS',
    advice: 'Take them away: the API would not accept it.',
    exitCode: EXIT.credentials,
  });
}
