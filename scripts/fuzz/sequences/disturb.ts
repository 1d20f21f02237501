import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PRIVATE_FOLDER } from '../../../src/node/names/file-names.js';
import { readTree } from '../read-tree.js';
import { pickName } from './random-world.js';
import type { Sequence } from './sequence.js';

/** What users do to the directory between two runs, and what changes at the service. */
const DISTURBANCES = [edit, edit, remove, remove, move, create, create, loseJournal, changeAsset] as const;

/** Makes a random change to the directory or to the assets. */
export async function disturb(sequence: Sequence): Promise<void> {
  await sequence.random.pick(DISTURBANCES)(sequence);
}

async function edit(sequence: Sequence): Promise<void> {
  const path = await pickSaved(sequence);
  if (path === undefined) return;
  sequence.steps.push(`edit ${path}`);
  await writeFile(onDisk(sequence, path), `edited ${sequence.random.next()}`);
  // The edited file is replaced when its selection is saved again.
  sequence.dispensable.add((await readTree(sequence.directory)).get(path) ?? '');
}

async function remove(sequence: Sequence): Promise<void> {
  const path = await pickSaved(sequence);
  if (path === undefined) return;
  sequence.steps.push(`remove ${path}`);
  await rm(onDisk(sequence, path));
}

async function move(sequence: Sequence): Promise<void> {
  const path = await pickSaved(sequence);
  if (path === undefined) return;
  const target = `mine${sequence.random.below(100)}.png`;
  sequence.steps.push(`move ${path} to ${target}`);
  sequence.mine.set(target, (await readTree(sequence.directory)).get(path) ?? '');
  await rename(onDisk(sequence, path), onDisk(sequence, target));
}

async function create(sequence: Sequence): Promise<void> {
  const name = pickName(sequence.random);
  if ((await readTree(sequence.directory)).has(name)) return;
  sequence.steps.push(`create ${name}`);
  await mkdir(dirname(onDisk(sequence, name)), { recursive: true });
  await writeFile(onDisk(sequence, name), `of the user ${sequence.random.next()}`);
  const content = (await readTree(sequence.directory)).get(name) ?? '';
  if (sequence.savedPaths.has(name)) sequence.dispensable.add(content);
  else sequence.mine.set(name, content);
  touch(sequence, name);
}

async function loseJournal(sequence: Sequence): Promise<void> {
  sequence.steps.push('lose the journal');
  await rm(join(sequence.directory, PRIVATE_FOLDER), { recursive: true, force: true });
  // Without the journal, only a path with a suffix is recognised as saved by a run. All other files belong to the user.
  for (const [path, content] of await readTree(sequence.directory)) {
    if (/~[0-9a-f]{10}(\.|$)/.test(path)) sequence.dispensable.add(content);
    else sequence.mine.set(path, content);
  }
  sequence.finished.length = 0;
  sequence.savedPaths.clear();
}

function changeAsset(sequence: Sequence): void {
  const { random, world, steps } = sequence;
  const [id, asset] = [...world.assets][random.below(world.assets.size)] ?? [];
  if (asset === undefined) return;
  steps.push(`change ${id ?? ''}`);
  asset.data = `new ${random.next()}`;
  sequence.isWorldChanged = true;
}

/** Picks a file that a run has saved, and marks it as touched and dispensable. */
async function pickSaved(sequence: Sequence): Promise<string | undefined> {
  const tree = await readTree(sequence.directory);
  const saved = [...tree.keys()].filter((path) => !sequence.mine.has(path)).sort();
  const path = saved[sequence.random.below(saved.length)];
  if (path !== undefined) {
    sequence.dispensable.add(tree.get(path) ?? '');
    touch(sequence, path, tree.get(path));
  }
  return path;
}

/** Marks the runs that saved a path or a content as touched. A file may have been moved since, so both are compared. */
function touch({ finished }: Sequence, path: string, content = ''): void {
  for (const run of finished) {
    if (run.paths.includes(JSON.stringify(path)) || run.contents.has(content)) run.isUntouched = false;
  }
}

function onDisk({ directory }: Sequence, path: string): string {
  return join(directory, ...path.split('/'));
}
