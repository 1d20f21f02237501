/**
 * Saves from an API into a folder and prints the report, for a process of its own: certificates are trusted from its
 * start on.
 *
 *     node --import tsx node-save-assets.ts <base URL> <folder> <selection and options as JSON>
 */
import { createScenarioClient } from '../../src/client.js';
import { saveAll } from '../../src/node/save-all.js';

const [baseUrl = '', directory = '', json = '{}'] = process.argv.slice(2);
const { selection, options } = JSON.parse(json) as { selection: { assetIds: string[] }; options: object };
const client = createScenarioClient({ apiKey: 'k', apiSecret: 's', baseUrl });
const report = await saveAll(client, selection, { directory, stallTimeoutMs: 10_000, ...options });
process.stdout.write(JSON.stringify(report));
