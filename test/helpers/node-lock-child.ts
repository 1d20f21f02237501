/** Holds a directory until its standard input ends. */
import { once } from 'node:events';
import { lockDirectory } from '../../src/node/journal/directory-lock.js';

const unlock = await lockDirectory(process.argv[2] ?? '', 'the directory');
process.stdout.write('locked\n');
process.stdin.resume();
await once(process.stdin, 'end');
await unlock();
