/**
 * Fetches a URL in a process of its own, whose environment says which proxy to take and whom to trust: as from a host of
 * files, or with `--api` as from the API.
 */
import { exchange } from '../../src/node/http/exchange.js';
import { createProxyFetch } from '../../src/node/http/proxy-fetch.js';
import { createTransport } from '../../src/node/http/transport.js';
import { readText } from './node-response.js';

const [url = '', how] = process.argv.slice(2);

async function getFile(): Promise<string> {
  const transport = createTransport(process.env);
  const { response } = await exchange(transport, url, {}, new AbortController().signal);
  const body = await readText(response);
  transport.close();
  return `${response.status} ${body}`;
}

async function getAnswer(): Promise<string> {
  const response = await createProxyFetch()(new Request(url));
  return `${response.status} ${await response.text()}`;
}

process.stdout.write(await (how === '--api' ? getAnswer() : getFile()));
