import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { Written } from './written-file.js';

/** Creates a file synchronously. If a write fails, the partial file is left behind. */
export function writeHere(path: string, bytes: Buffer): Written {
  const descriptor = openSync(path, 'wx');
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    return { mtimeMs: Math.trunc(fstatSync(descriptor).mtimeMs) };
  } finally {
    closeSync(descriptor);
  }
}
