import { expect, it } from 'vitest';
import { saveAll } from '../../src/node/save-all.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { makeFolder } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

it('does not fetch an archive that is to be kept and is longer than it may be', async () => {
  const host = await startArchiveHost([makeZip([{ name: 'a.bin', data: noise(2_000_000) }])]);
  const directory = await makeFolder();
  const limits = { totalBytes: 1_000_000, entries: 10 };
  const report = await saveAll(host.client, { inferenceIds: ['a'] }, { directory, keepArchives: true, limits });
  expect(report).toMatchObject({ ok: false, batches: [{ error: { code: 'INVALID_RESPONSE' } }] });
  expect(report.totals.receivedBytes).toBeLessThan(300_000);
});
