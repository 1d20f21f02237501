import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import {
  appendFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import type { WrittenPart } from '../../src/node/disk/split-file.js';
import { answerFile, rangeHeaders, startArchiveHost, type Misbehaviour } from '../helpers/file-host.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';
import { expectMode } from '../helpers/platform.js';

const PART_BYTES = 8 * 1024 * 1024;
const entries = Array.from({ length: 5 }, (_, at) => ({ name: `${at}.bin`, data: noise(7_500_000, at) }));
/** Four whole parts, and half of a fifth. */
const archive = makeZip(entries);
/** As long, and different in every part. */
const other = makeZip(entries.map(({ name }, at) => ({ name, data: noise(7_500_000, at + 50) })));
const kept = { 'job_1.zip': digest(archive) };
/** Where the ranges begin that are asked for: the end, for a look, and the parts. */
const end = archive.length - 256 * 1024;
const parts = [0, 1, 2, 3, 4].map((part) => part * PART_BYTES);
const everything = [end, ...parts];

async function setUp(...archives: Buffer[]) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives.length > 0 ? archives : [archive, archive], clock);
  const directory = await makeFolder();
  const own = join(directory, '.scenario-downloads');
  const folder = join(own, 'partial');
  const events: SaveEvent[] = [];
  const save = (options: Partial<SaveOptions> = {}, inferenceIds = ['one']) =>
    saveAll(
      host.client,
      { inferenceIds },
      {
        directory,
        clock,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        connections: 1,
        extract: false,
        onProgress: (event) => void events.push(event),
        ...options,
      },
    );
  /** Saves, and tells where the ranges begin that were asked for. */
  const rangesOf = async (options: Partial<SaveOptions> = {}): Promise<(number | undefined)[]> => {
    const before = host.fileRequests.length;
    expect(await save(options)).toMatchObject({ ok: true });
    return host.fileRequests.slice(before).map(({ range }) => range?.start);
  };
  /** Saves, and calls it off when `moment` has come. */
  const interrupt = async (moment: Promise<unknown>, options: Partial<SaveOptions> = {}): Promise<void> => {
    const controller = new AbortController();
    const enough = new Error('enough');
    const calledOff = moment.finally(() => controller.abort(enough));
    await expect(save({ ...options, signal: controller.signal })).rejects.toBe(enough);
    await calledOff;
    host.misbehave = () => false;
  };
  /** The n-th request for a file from now on, which gets no answer. Those before get that of `answer`. */
  const request = (nth: number, answer: Misbehaviour = () => false): Promise<void> => {
    const before = host.fileRequests.length;
    return new Promise((resolve) => {
      host.misbehave = (asked, response) => {
        if (asked.count < before + nth) return answer(asked, response);
        resolve();
        return true;
      };
    });
  };
  const find = async (suffix: string) => {
    const [name] = (await readdir(folder)).filter((file) => file.endsWith(suffix));
    return join(folder, name ?? `nothing${suffix}`);
  };
  const dataFile = () => find('.part');
  const stateFile = () => find('.jsonl');
  return { clock, host, directory, own, folder, events, save, rangesOf, interrupt, request, dataFile, stateFile };
}

/** What is there when a run was called off that had fetched two parts. */
async function setUpTwoParts() {
  const all = await setUp();
  await all.interrupt(all.request(4));
  return all;
}
const rest = [end, ...parts.slice(2)];

describe('an archive that is kept', () => {
  it('goes on at the missing parts after the process was killed', async () => {
    const { host, directory, own, folder, rangesOf, events, stateFile } = await setUp();
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../helpers/node-save-child.ts')],
      {
        env: { ...process.env, BASE_URL: `${host.url}/v1`, DIRECTORY: directory, EXTRACT: 'false' },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    host.misbehave = ({ count }) => count > 3 && child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    host.misbehave = () => false;
    expect(await readTree(directory)).toEqual({});
    await expectMode(folder, 0o700);
    await expectMode(await stateFile(), 0o600);
    expect(await readFile(await stateFile(), 'utf8')).not.toMatch(/signature|secret|http|127\.0\.0\.1|"key"/);

    expect(await rangesOf()).toEqual(rest);
    expect(await readTree(directory)).toEqual(kept);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
    const last = events.findLast((event) => event.type === 'transfer');
    expect(last?.expectedBytes).toBe(archive.length - 2 * PART_BYTES);
    // The next run reads the file, because its time has changed, and finds the CRC-32 that was noted.
    await utimes(join(directory, 'job_1.zip'), new Date(), new Date(1_000_000));
    expect(await rangesOf()).toEqual([]);
    expect(host.apiRequests.filter((asked) => asked.startsWith('POST'))).toHaveLength(1);
  });

  it('goes on in the middle of a part after it was called off', async () => {
    const { host, directory, rangesOf, interrupt, dataFile, stateFile } = await setUp();
    host.misbehave = ({ count, range, file }, response) => {
      if (count < 3) return false;
      response.writeHead(206, rangeHeaders(range!, file));
      response.write(file.subarray(range!.start, range!.start + 1_000_000));
      return true;
    };
    const half = PART_BYTES + 500_000;
    await interrupt(vi.waitFor(async () => expect((await stat(await dataFile())).size).toBeGreaterThan(half), 10_000));
    const { from, bytes } = JSON.parse(
      (await readFile(await stateFile(), 'utf8')).trim().split('\n').at(-1)!,
    ) as WrittenPart;
    expect(from + bytes).toBeGreaterThan(half);
    expect((await rangesOf()).slice(0, 3)).toEqual([end, from + bytes, from + bytes + PART_BYTES]);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('goes on whichever of its parts came first', async () => {
    const { host, directory, rangesOf, interrupt, stateFile } = await setUp();
    host.misbehave = ({ range }) => range?.start === 0;
    const lines = async () => (await readFile(await stateFile(), 'utf8')).trim().split('\n');
    const allButOne = vi.waitFor(async () => expect(await lines()).toHaveLength(1 + 4), 10_000);
    await interrupt(allButOne, { connections: 4 });
    expect(await rangesOf()).toEqual([end, 0]);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('has only its end asked for when all of it was there, but under no name', async () => {
    const { directory, rangesOf, interrupt } = await setUp();
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    await interrupt(opened, { onProgress: ({ type }) => type === 'archive-opened' && open() });
    expect(await rangesOf()).toEqual([end]);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('is interrupted again and again, and has each part fetched once', async () => {
    const { directory, request, interrupt, rangesOf } = await setUpTwoParts();
    await interrupt(request(3));
    expect(await rangesOf()).toEqual([end, ...parts.slice(3)]);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('goes on where its host gives a time instead of an ETag', async () => {
    const { host, rangesOf, interrupt, request } = await setUp();
    await interrupt(request(4, withHeaders({ 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' })));
    host.misbehave = withHeaders({ 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' });
    expect(await rangesOf()).toEqual(rest);
  });

  it('goes on after an error of its host', async () => {
    const { host, save, rangesOf } = await setUp();
    host.misbehave = ({ count }, response) => {
      if (count < 4) return false;
      response.writeHead(501).end();
      return true;
    };
    expect(await save()).toMatchObject({ ok: false, batches: [{ error: { status: 501 } }] });
    host.misbehave = () => false;
    expect(await rangesOf()).toEqual(rest);
  });
});

/** Answers every range with these headers, and no ETag of its own. */
function withHeaders(headers: Record<string, string>): Misbehaviour {
  return ({ range, file }, response) => {
    response.writeHead(206, { ...headers, ...rangeHeaders(range!, file) });
    response.end(file.subarray(range!.start, range!.end));
    return true;
  };
}

describe('an archive begins anew', () => {
  it('when it has another ETag', async () => {
    const { host, directory, rangesOf } = await setUpTwoParts();
    host.files.set('/files/job_1.zip', other);
    expect(await rangesOf()).toEqual(everything);
    expect(await readTree(directory)).toEqual({ 'job_1.zip': digest(other) });
  });

  it.each([
    ['when it has no version that could be compared', {}, {}],
    ['when its ETag is weak', { etag: 'W/"1"' }, { etag: 'W/"1"' }],
    ['when its time is another', { 'last-modified': 'Mon' }, { 'last-modified': 'Tue' }],
    ['when it has an ETag where it had a time', { 'last-modified': 'Mon' }, { etag: '"1"' }],
    ['when its time is the same, but not its weak ETag', { 'last-modified': 'Mon', etag: 'W/"1"' }, { 'last-modified': 'Mon', etag: 'W/"2"' }], // prettier-ignore
  ])('%s', async (_, before, after) => {
    const { host, directory, own, rangesOf, interrupt, request } = await setUp();
    await interrupt(request(4, withHeaders(before)));
    host.misbehave = withHeaders(after);
    expect(await rangesOf()).toEqual(everything);
    expect(await readTree(directory)).toEqual(kept);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('when it is of another size', async () => {
    const { host, directory, interrupt, request, rangesOf } = await setUp();
    await interrupt(request(4, withHeaders({ etag: '"1"' })));
    const shorter = makeZip(entries.slice(1));
    host.files.set('/files/job_1.zip', shorter);
    host.misbehave = withHeaders({ etag: '"1"' });
    expect(await rangesOf()).toEqual([shorter.length - 256 * 1024, ...parts.slice(0, 4)]);
    expect(await readTree(directory)).toEqual({ 'job_1.zip': digest(shorter) });
  });

  it('when it is that of another job', async () => {
    const { directory, rangesOf, stateFile } = await setUpTwoParts();
    const path = await stateFile();
    await writeFile(path, (await readFile(path, 'utf8')).replace('job_1', 'job_7'));
    expect(await rangesOf()).toEqual(everything);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('with force', async () => {
    const { directory, own, rangesOf } = await setUpTwoParts();
    expect(await rangesOf({ force: true })).toEqual(everything);
    expect(await readTree(directory)).toEqual({ 'job_2.zip': digest(archive) });
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('over one connection when its host no longer has ranges, and leaves nothing of the parts', async () => {
    const { host, directory, own, save } = await setUpTwoParts();
    host.misbehave = (asked, response) => {
      if (asked.range?.start === end) return false;
      answerFile({ ...asked, range: undefined }, response);
      return true;
    };
    expect((await save()).ok).toBe(true);
    expect(await readTree(directory)).toEqual(kept);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('when it turns out to be none', async () => {
    const { own, save, host } = await setUp(noise(2 * PART_BYTES));
    for (let time = 1; time <= 2; time++) {
      expect((await save()).batches[0]?.error).toMatchObject({ reason: 'not-a-zip' });
      expect(await readdir(own)).toEqual(['journal.jsonl']);
      expect(host.fileRequests).toHaveLength(3 * time);
    }
  });
});

describe('the note of what has come', () => {
  it.each<[string, (text: string) => string, (number | undefined)[]]>([
    ['a last line that is torn', (text) => text.slice(0, -10), [end, ...parts.slice(1)]],
    ['a first line that is torn', (text) => text.slice(5), everything],
    ['a first line of another kind', (text) => text.replace('"archive"', '"later"'), everything],
    ['no line', () => '', everything],
    ['no text', () => '\0'.repeat(5000), everything],
    ['lines of another kind', (text) => text.replace('\n', '\n{"type":"later"}\nnull\n7\n[]\n'), rest],
    ['a part of no length', (text) => `${text}{"type":"part","from":${2 * PART_BYTES},"bytes":0,"crc32":0}\n`, rest],
    ['a part behind the end', (text) => `${text}{"type":"part","from":1e9,"bytes":5,"crc32":0}\n`, rest],
    ['a part that reaches behind it', (text) => `${text}{"type":"part","from":20000000,"bytes":1e9,"crc32":0}\n`, rest],
    ['parts with a fraction', (text) => text.replace('"from":0', '"from":0.5'), [end, 0, ...parts.slice(2)]],
    ['parts of no number', (text) => text.replace('"from":0', '"from":"0"'), [end, 0, ...parts.slice(2)]],
    ['a wrong CRC-32', (text) => text.replace(/"crc32":\d+/, '"crc32":1'), [end, 0, ...parts.slice(2)]],
    ['each line twice', (text) => text + text, rest],
  ])('may have %s', async (_, change, expected) => {
    const { directory, own, rangesOf, stateFile } = await setUpTwoParts();
    const path = await stateFile();
    await writeFile(path, change(await readFile(path, 'utf8')));
    expect(await rangesOf()).toEqual(expected);
    expect(await readTree(directory)).toEqual(kept);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('may have parts that overlap', async () => {
    const { directory, rangesOf, stateFile } = await setUpTwoParts();
    const path = await stateFile();
    const overlap = { type: 'part', from: 100, bytes: 5000, crc32: crc32(archive.subarray(100, 5100)) };
    await appendFile(path, `${JSON.stringify(overlap)}\n`);
    expect(await rangesOf()).toEqual(rest);
    expect(await readTree(directory)).toEqual(kept);
    // The CRC-32 of the whole is the right one: the file is taken for intact.
    await utimes(join(directory, 'job_1.zip'), new Date(), new Date(1_000_000));
    expect(await rangesOf()).toEqual([]);
  });

  it('is not made where nobody could tell whether the archive is still the same', async () => {
    const { own, folder, interrupt, request } = await setUp();
    const there = request(4, withHeaders({})).then(() => readdir(folder));
    await interrupt(there);
    expect(await there).toEqual([expect.stringMatching(/\.part$/)]);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('is no reason to fail when it cannot be written', async () => {
    const { host, directory, folder, own, rangesOf } = await setUp();
    host.misbehave = ({ count }) => {
      if (count !== 3) return false;
      const [name] = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
      rmSync(join(folder, name!));
      symlinkSync(join(folder, 'nowhere/file'), join(folder, name!));
      return false;
    };
    expect(await rangesOf()).toEqual(everything);
    expect(await readTree(directory)).toEqual(kept);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('is written before the next part is asked for, and says nothing of those that have not come', async () => {
    const { stateFile } = await setUpTwoParts();
    const [first, ...lines] = (await readFile(await stateFile(), 'utf8')).trim().split('\n');
    expect(JSON.parse(first!)).toMatchObject({ jobId: 'job_1', size: archive.length });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { from: 0, bytes: PART_BYTES },
      { from: PART_BYTES, bytes: PART_BYTES },
    ]);
  });
});

describe('what has come of an archive', () => {
  it('is fetched again where it was damaged', async () => {
    const { directory, rangesOf, dataFile } = await setUpTwoParts();
    const file = await open(await dataFile(), 'r+');
    await file.write(Buffer.from('damage'), 0, 6, PART_BYTES + 5000);
    await file.close();
    expect(await rangesOf()).toEqual([end, ...parts.slice(1)]);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('is fetched again where it was cut off', async () => {
    const { directory, rangesOf, dataFile } = await setUpTwoParts();
    await truncate(await dataFile(), PART_BYTES + 5000);
    expect(await rangesOf()).toEqual([end, ...parts.slice(1)]);
    expect(await readTree(directory)).toEqual(kept);
  });

  it('is no longer what it was when something was appended', async () => {
    const { directory, rangesOf, dataFile } = await setUpTwoParts();
    await truncate(await dataFile(), archive.length + 5);
    expect(await rangesOf()).toEqual(everything);
    expect(await readTree(directory)).toEqual(kept);
  });

  it.each(['dataFile', 'stateFile'] as const)('is not there when the %s is missing', async (file) => {
    const all = await setUpTwoParts();
    await rm(await all[file]());
    expect(await all.rangesOf()).toEqual(everything);
    expect(await readTree(all.directory)).toEqual(kept);
  });

  it.each([
    ['dataFile', symlink],
    ['dataFile', link],
    ['stateFile', symlink],
    ['stateFile', link],
  ] as const)('is not written to behind a link: %s, %o', async (file, makeLink) => {
    const all = await setUpTwoParts();
    const path = await all[file]();
    const elsewhere = join(await makeFolder(), 'elsewhere');
    await rename(path, elsewhere);
    const before = digest(await readFile(elsewhere));
    await makeLink(elsewhere, path);
    await all.rangesOf();
    expect(await readTree(all.directory)).toEqual(kept);
    expect(digest(await readFile(elsewhere))).toBe(before);
  });

  it('is not looked for in another folder', async () => {
    const { directory, own, folder, rangesOf } = await setUpTwoParts();
    const elsewhere = join(await makeFolder(), 'elsewhere');
    await rename(folder, elsewhere);
    await symlink(elsewhere, folder);
    expect(await rangesOf()).toEqual(everything);
    expect(await readTree(directory)).toEqual(kept);
    expect(await readdir(elsewhere)).toHaveLength(2);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });
});

describe('what earlier runs have left of archives', () => {
  it('stays while it belongs to a batch that is not done', async () => {
    const { folder, save, rangesOf } = await setUpTwoParts();
    const before = await readdir(folder);
    expect((await save({}, ['two'])).ok).toBe(true);
    expect(await readdir(folder)).toEqual(before);
    expect(await rangesOf()).toEqual(rest);
  });

  it('goes when the batch is unpacked', async () => {
    const { directory, own, save } = await setUpTwoParts();
    expect((await save({ extract: true })).ok).toBe(true);
    expect(Object.keys(await readTree(directory))).toHaveLength(5);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('goes when the batch is found unpacked', async () => {
    const { own, save, interrupt, request } = await setUp();
    await save({ extract: true });
    await interrupt(request(4), { extract: true, keepArchives: true });
    expect(await readdir(own)).toContain('partial');
    expect((await save({ extract: true })).ok).toBe(true);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('goes when the journal does not know it', async () => {
    const { own, folder, save } = await setUpTwoParts();
    await rm(join(own, 'journal.jsonl'));
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'folder/file'), '');
    expect((await save({}, ['two'])).ok).toBe(true);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });

  it('goes when a folder has its name', async () => {
    const { own, save, dataFile, stateFile } = await setUpTwoParts();
    for (const path of [await dataFile(), await stateFile()]) {
      await rm(path);
      await mkdir(path);
    }
    expect((await save()).ok).toBe(true);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });
});
