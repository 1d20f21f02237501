/** Asks for a directory that is held, and says what was answered. */
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { lockDirectory } = await import('../../src/node/journal/directory-lock.ts');

try {
  const unlock = await lockDirectory(workerData, 'the directory');
  await unlock();
  parentPort.postMessage('taken');
} catch (error) {
  parentPort.postMessage({ ...error });
}
