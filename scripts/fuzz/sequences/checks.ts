import { crc32 } from 'node:zlib';
import type { SaveReport } from '../../../src/node/index.js';
import type { Request } from './random-world.js';
import type { Sequence } from './sequence.js';

/** The files below a directory by path, as `readTree` returns them. */
type Tree = ReadonlyMap<string, string>;

/** Returns the paths in a report as JSON. */
export function pathsOf({ batches }: SaveReport): string {
  return JSON.stringify(batches.map(({ files, archive }) => [...files.map(({ path }) => path), archive]));
}

/** Checks that no content was lost and that no file of the user was replaced. */
export function checkTree(before: Tree, after: Tree, { mine, dispensable }: Sequence): string[] {
  const contents = new Set(after.values());
  const lost = [...before].filter(([, content]) => !contents.has(content) && !dispensable.has(content));
  const replaced = [...mine].filter(([path, content]) => after.get(path) !== content);
  return [
    ...lost.map(([path]) => `what was in ${path} is lost`),
    ...replaced.map(([path]) => `${path} of the user was replaced`),
  ];
}

/** Checks that the files in a report exist, each at a path of its own unless their contents are equal. */
export function checkReport(report: SaveReport, tree: Tree): string[] {
  const findings: string[] = [];
  if (!report.ok) findings.push(`not all was saved: ${JSON.stringify(report)}`);
  const contents = new Map<string, string>();
  for (const { path, bytes, crc32: crc } of report.batches.flatMap(({ files }) => files)) {
    const content = `${bytes}:${crc}`;
    if (tree.get(path) !== content) findings.push(`${path} has ${tree.get(path) ?? 'nothing'}, not ${content}`);
    if ((contents.get(path) ?? content) !== content) findings.push(`two files are at ${path}`);
    contents.set(path, content);
  }
  for (const { archive } of report.batches)
    if (archive !== undefined && !tree.has(archive)) findings.push(`${archive} is not there`);
  if (report.totals.files !== contents.size) findings.push(`${report.totals.files} files at ${contents.size} paths`);
  return findings;
}

/** Checks that a report contains a file for each asset, with the content of that asset. */
export function checkContents(
  report: SaveReport,
  { selection }: Request,
  { world, isWorldChanged }: Sequence,
): string[] {
  const saved = report.batches.flatMap(({ files }) => files);
  const assets = report.batches.reduce((sum, batch) => sum + (batch.assets ?? 0), 0);
  const findings = saved.length === assets ? [] : [`${saved.length} files of ${assets} assets`];
  // Archives from before the change still contain the old content, which is fine.
  if (isWorldChanged) return findings;
  const contents = new Set(saved.map(({ bytes, crc32: crc }) => `${bytes}:${crc}`));
  const sets = [...selection.inferenceIds, ...selection.modelIds].flatMap((id) => world.sets.get(id) ?? []);
  for (const id of [...selection.assetIds, ...sets]) {
    const { data } = world.assets.get(id) ?? { data: '' };
    if (!contents.has(`${data.length}:${crc32(data)}`)) findings.push(`${id} was not saved`);
  }
  return findings;
}

/** Checks that a run that finds all files present succeeds without any request. */
export function checkPresence(report: SaveReport, requests: readonly string[]): string[] {
  const findings = report.ok ? [] : ['the same again: not all was saved'];
  return requests.length === 0 ? findings : [...findings, `the same again: asked for ${requests.join(', ')}`];
}

/** Checks that such a run leaves all files where they are. */
export function checkStillness(before: Tree, after: Tree): string[] {
  const changes = [...after]
    .filter(([path, content]) => before.get(path) !== content)
    .map(([path]) => `${path} is new`);
  const gone = [...before.keys()].filter((path) => !after.has(path)).map((path) => `${path} is gone`);
  return [...changes, ...gone].map((change) => `the same again: ${change}`);
}
