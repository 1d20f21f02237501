import { describe, expect, it } from 'vitest';
import { saveAll } from '../../../src/node/save-all.js';
import { startArchiveHost } from '../../helpers/file-host.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { makeFolder, readTree } from '../../helpers/node-folder.js';
import { makeZip } from '../../helpers/node-zip.js';

async function save(archive: Buffer) {
  const clock = createTransferClock();
  const host = await startArchiveHost([archive], clock);
  const directory = await makeFolder();
  const report = await saveAll(host.client, { inferenceIds: ['one'] }, { directory, clock });
  return { report, tree: await readTree(directory) };
}

describe('an archive that contradicts itself', () => {
  const files = [
    { name: 'one', data: '1' },
    { name: 'two', data: '2' },
  ];

  it.each([0, 1])('by counting %i entries where there are two is refused: the other would be lost', async (count) => {
    const archive = makeZip(files);
    archive.writeUInt16LE(count, archive.length - 14);
    archive.writeUInt16LE(count, archive.length - 12);
    const { report, tree } = await save(archive);
    expect(report.batches[0]).toMatchObject({ status: 'failed', error: { reason: 'invalid-data' } });
    expect(tree).toEqual({});
  });

  it('by counting more entries than there are is refused', async () => {
    const archive = makeZip(files);
    archive.writeUInt16LE(3, archive.length - 12);
    expect((await save(archive)).report.batches[0]).toMatchObject({ error: { reason: 'invalid-data' } });
  });

  it('by bytes behind its end is refused', async () => {
    const archive = Buffer.concat([makeZip(files), Buffer.from('more')]);
    expect((await save(archive)).report.batches[0]).toMatchObject({ error: { reason: 'truncated' } });
  });
});

describe('an empty file', () => {
  it('that is called deflated, but has not even the bytes of an empty stream, is saved', async () => {
    const { report, tree } = await save(makeZip([{ name: 'empty', data: '', method: 8 }]));
    expect(report.ok).toBe(true);
    expect(tree).toEqual({ empty: '' });
  });

  it('that should have bytes is refused', async () => {
    const { report } = await save(makeZip([{ name: 'empty', data: '', method: 8, uncompressedSize: 3 }]));
    expect(report.batches[0]?.failed).toMatchObject([{ entry: 'empty', error: { reason: 'size-mismatch' } }]);
  });
});
