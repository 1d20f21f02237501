import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { PRIVATE_FOLDER } from '../../src/node/names/file-names.js';
import type { Sandbox } from '../../src/sandbox/index.js';

/** Credentials that are easy to find if they leak. */
export const CANARY = { apiKey: 'canary-key-7f3a', apiSecret: 'canary-secret-91c2' };

const AUTHORIZATION = Buffer.from(`${CANARY.apiKey}:${CANARY.apiSecret}`).toString('base64');

/** Formats a value completely, including causes and hidden properties. */
export function show(value: unknown): string {
  return inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: Infinity, maxStringLength: Infinity });
}

/** Collects the signatures of all URLs requested from the sandbox's file host, until its faults are cleared. */
export function collectSignatures(sandbox: Sandbox, signatures: Set<string>): void {
  const when = ({ url }: { url: string }): boolean => {
    for (const [name, value] of new URL(url, 'http://127.0.0.1').searchParams)
      if (name === 'signature') signatures.add(value);
    return false;
  };
  sandbox.faults.add({ on: 'file', effect: { type: 'expire' }, when });
}

/** The places where a run may leak secrets. */
export interface Traces {
  /** The events, errors and the report, as text. */
  shown: string;
  directory: string;
  sandbox: Sandbox;
  /** Index of the run's first request in the sandbox's log. */
  firstRequest: number;
  signatures: ReadonlySet<string>;
}

/** Returns a problem for each secret that is found in a place where it must not be. */
export async function findSecrets({ shown, directory, sandbox, firstRequest, signatures }: Traces): Promise<string[]> {
  const journal = await readFile(join(directory, PRIVATE_FOLDER, 'journal.jsonl'), 'utf8').catch(() => '');
  const requests = show(sandbox.requests.slice(firstRequest).filter(({ host }) => host === 'files'));
  const places = { 'what was told': shown, 'the journal': journal, 'a request to the file host': requests };
  const secrets = [CANARY.apiKey, CANARY.apiSecret, AUTHORIZATION, 'signature=', ...signatures];
  return Object.entries(places).flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} is in ${place}`),
  );
}
