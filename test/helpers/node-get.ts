/** Fetches a URL in a process of its own, whose environment says which proxy to take and whom to trust. */
import { exchange } from '../../src/node/http/exchange.js';
import { createTransport } from '../../src/node/http/transport.js';
import { readText } from './node-response.js';

const transport = createTransport(process.env);
const { response } = await exchange(transport, process.argv[2] ?? '', {}, new AbortController().signal);
const body = await readText(response);
transport.close();
process.stdout.write(`${response.status} ${body}`);
