import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { PRIVATE_FOLDER } from '../../src/node/names/file-names.js';
import type { Sandbox } from '../../src/sandbox/index.js';

/** Credentials that are found wherever they leak to. */
export const CANARY = { apiKey: 'canary-key-7f3a', apiSecret: 'canary-secret-91c2' };

const AUTHORIZATION = Buffer.from(`${CANARY.apiKey}:${CANARY.apiSecret}`).toString('base64');

/** Everything that errors and events hold, causes and hidden properties included. */
export function show(value: unknown): string {
  return inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: Infinity, maxStringLength: Infinity });
}

/** Takes down the signatures of the URLs that a sandbox's file host is asked for, until its faults are cleared. */
export function collectSignatures(sandbox: Sandbox, signatures: Set<string>): void {
  const when = ({ url }: { url: string }): boolean => {
    for (const [name, value] of new URL(url, 'http://127.0.0.1').searchParams)
      if (name === 'signature') signatures.add(value);
    return false;
  };
  sandbox.faults.add({ on: 'file', effect: { type: 'expire' }, when });
}

/** Where a run may leave secrets behind. */
export interface Traces {
  /** What was told: events, errors, the report. */
  shown: string;
  directory: string;
  sandbox: Sandbox;
  /** The first request of the run in the sandbox's log. */
  firstRequest: number;
  signatures: ReadonlySet<string>;
}

/** What is where it must not be. */
export async function findSecrets({ shown, directory, sandbox, firstRequest, signatures }: Traces): Promise<string[]> {
  const journal = await readFile(join(directory, PRIVATE_FOLDER, 'journal.jsonl'), 'utf8').catch(() => '');
  const requests = show(sandbox.requests.slice(firstRequest).filter(({ host }) => host === 'files'));
  const places = { 'what was told': shown, 'the journal': journal, 'a request to the file host': requests };
  const secrets = [CANARY.apiKey, CANARY.apiSecret, AUTHORIZATION, 'signature=', ...signatures];
  return Object.entries(places).flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} is in ${place}`),
  );
}
