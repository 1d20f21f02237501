/**
 * Holds a directory again and again, and each time leaves its lock behind as if it had been killed. Says what it saw
 * while it held it.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory } from '../../../src/node/journal/directory-lock.js';

const { DIRECTORY = '', TIMES = '' } = process.env;
const marker = join(DIRECTORY, 'marker');
const path = join(DIRECTORY, 'lock');
/** Lets the others have their turn, for longer or shorter. */
const rest = async () => {
  for (let turns = Math.random() * 40; turns > 0; turns--) await new Promise(setImmediate);
};

for (let held = 0; held < Number(TIMES);) {
  const unlock = await lockDirectory(DIRECTORY, DIRECTORY).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'DIRECTORY_BUSY') throw error;
  });
  if (unlock !== undefined) {
    const isAlone = mark();
    await rest();
    const text = readText();
    const isLocked = text.includes(`"pid":${process.pid},`);
    process.stdout.write(`${!isAlone ? 'two' : isLocked ? 'alone' : 'without a lock'}\n`);
    held++;
    if (isAlone) rmSync(marker);
    if (isAlone && isLocked) {
      const left = join(DIRECTORY, `left-${process.pid}`);
      writeFileSync(left, text.replace(`"pid":${process.pid},`, `"pid":${2 ** 22 + held},`));
      renameSync(left, path);
    }
    await unlock();
  }
  await rest();
}

/** Whether nobody else has put a mark there. */
function mark(): boolean {
  try {
    closeSync(openSync(marker, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function readText(): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
