import type { Change } from './change.js';

/**
 * Returns the version that the changes require: the next major version for a breaking change, the next minor version
 * for a compatible one, the next patch version for changes of text only. Without changes, it is the old version.
 *
 * @throws {Error} when the old version is not three numbers
 */
export function nextVersion(version: string, changes: Change[]): string {
  const [major, minor, patch] = parseVersion(version);
  if (changes.some(({ level }) => level === 'breaking')) return `${major + 1}.0.0`;
  if (changes.some(({ level }) => level === 'compatible')) return `${major}.${minor + 1}.0`;
  return changes.length > 0 ? `${major}.${minor}.${patch + 1}` : version;
}

/** Whether a version is equal to another or later. */
export function isAtLeast(version: string, other: string): boolean {
  const [a, b] = [parseVersion(version), parseVersion(other)];
  return (a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) >= 0;
}

function parseVersion(version: string): [number, number, number] {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  if (patch === undefined) throw new Error(`info.version is ${version}, which is not MAJOR.MINOR.PATCH`);
  return [Number(major), Number(minor), Number(patch)];
}
