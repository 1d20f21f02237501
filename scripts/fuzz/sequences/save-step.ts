import { saveAll, type SaveOptions, type SaveReport } from '../../../src/node/index.js';
import type { Random } from '../random.js';
import { readTree } from '../read-tree.js';
import { checkContents, checkPresence, checkReport, checkStillness, checkTree, pathsOf } from './checks.js';
import { createRequest, type Request } from './random-world.js';
import type { Finished, Sequence } from './sequence.js';

/** Saves an old or a new selection, aborts some of the runs, and checks the directory afterwards. */
export async function saveSomething(sequence: Sequence): Promise<void> {
  const { random, world, directory, findings, finished, mine } = sequence;
  const earlier = finished[random.below(finished.length)];
  const request = earlier && random.next() < 0.4 ? vary(random, earlier.request) : createRequest(random, world);
  const isWhole = request.include === undefined && request.exclude === undefined;
  const options: Partial<SaveOptions> = {
    ...(random.onceIn(7) && { keepArchives: true }),
    ...(isWhole && random.onceIn(10) && { extract: false }),
    ...(random.onceIn(10) && { force: true }),
  };
  const cutAfter = random.onceIn(4) ? random.below(30) : undefined;
  sequence.steps.push(`save ${JSON.stringify({ ...request, ...options, cutAfter })}`);

  const before = await readTree(directory);
  const report = await save(sequence, request, options, cutAfter);
  const after = await readTree(directory);
  if (options.force) {
    for (const [path, content] of mine) if (after.get(path) !== content) mine.delete(path);
    for (const run of finished) run.isUntouched = false;
    for (const content of before.values()) sequence.dispensable.add(content);
  }
  findings.push(...checkTree(before, after, sequence));
  for (const path of after.keys()) if (!mine.has(path)) sequence.savedPaths.add(path);
  if (report === undefined) return;
  findings.push(...checkReport(report, after));
  if (isWhole && options.extract !== false) findings.push(...checkContents(report, request, sequence));
  const saved = report.batches.flatMap(({ files }) => files);
  const contents = new Set(saved.map(({ bytes, crc32 }) => `${bytes}:${crc32}`));
  const run = { request, options, paths: pathsOf(report), contents, isUntouched: true };
  finished.push(run);
  if (findings.length > 0) return;
  const again = await repeat(sequence, run);
  findings.push(...checkStillness(after, await readTree(directory)));
  if (again && pathsOf(again) !== run.paths) findings.push(`the same again: ${run.paths} became ${pathsOf(again)}`);
}

/** Saves the selection of an untouched run again, which must not cause any request. */
export async function repeat(sequence: Sequence, { request, options }: Finished): Promise<SaveReport | undefined> {
  const report = await save(sequence, request, { ...options, force: false });
  if (report) sequence.findings.push(...checkPresence(report, sequence.requests));
  return report;
}

/**
 * Runs `saveAll`, and aborts it after `cutAfter` events.
 *
 * @returns undefined when it was aborted or failed
 */
async function save(
  sequence: Sequence,
  { selection, batchSize, include, exclude }: Request,
  options: Partial<SaveOptions>,
  cutAfter = Infinity,
): Promise<SaveReport | undefined> {
  const { client, clock, directory, requests, findings } = sequence;
  const controller = new AbortController();
  let events = 0;
  requests.length = 0;
  sequence.runs++;
  try {
    return await saveAll(client, selection, {
      directory,
      clock,
      batchSize,
      ...(include !== undefined && { include: (path: string) => path.includes(include) }),
      ...(exclude !== undefined && { exclude: (path: string) => path.includes(exclude) }),
      ...options,
      signal: controller.signal,
      onProgress: () => {
        if (events++ === cutAfter) controller.abort();
      },
    });
  } catch (error) {
    if (!controller.signal.aborted) findings.push(`the run has failed: ${(error as Error).stack ?? ''}`);
    return undefined;
  }
}

/** Returns the same selection, perhaps with fewer filters. Its archives are the same. */
function vary(random: Random, { include, exclude, ...request }: Request): Request {
  return {
    ...request,
    ...(include !== undefined && random.onceIn(2) && { include }),
    ...(exclude !== undefined && random.onceIn(2) && { exclude }),
  };
}
