/** Saves until a number of files are there, and then dies as if it had been killed; or until it is killed. */
import { createScenarioClient } from '../../src/client.js';
import { saveAll } from '../../src/node/save-all.js';

const { BASE_URL: baseUrl, DIRECTORY: directory = '', KILL_AFTER: killAfter, EXTRACT: extract } = process.env;
const client = createScenarioClient({ baseUrl, apiKey: 'key', apiSecret: 'secret' });
let saved = 0;
await saveAll(
  client,
  { inferenceIds: ['one'] },
  {
    directory,
    connections: 1,
    extract: extract !== 'false',
    onProgress: (event) => {
      if (event.type === 'file-saved' && ++saved === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
    },
  },
);
