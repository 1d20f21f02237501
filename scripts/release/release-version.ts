const LEVELS = ['major', 'minor', 'patch'];

/**
 * Returns the version of a release.
 *
 * @param request `major`, `minor` or `patch`, which increments the version of package.json, or a whole version
 * @param current the version of package.json
 * @param released the newest version that has a tag; undefined before the first release
 * @throws {Error} when the request is neither, is not newer than the last release, or is older than package.json
 */
export function releaseVersion(request: string, current: string, released: string | undefined): string {
  const [major, minor, patch] = parse(current);
  const level = LEVELS.indexOf(request);
  const next = [`${major + 1}.0.0`, `${major}.${minor + 1}.0`, `${major}.${minor}.${patch + 1}`][level] ?? request;
  parse(next);
  if (released !== undefined && compare(next, released) <= 0) {
    throw new Error(`${next} is not newer than ${released}, which is released.`);
  }
  if (compare(next, current) < 0) throw new Error(`${next} is older than ${current}, the version of package.json.`);
  return next;
}

function compare(one: string, other: string): number {
  const [a, b] = [parse(one), parse(other)];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function parse(version: string): [number, number, number] {
  const [, major, minor, patch] = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version) ?? [];
  if (patch === undefined) throw new Error(`${version} is none of ${LEVELS.join(', ')} and no MAJOR.MINOR.PATCH.`);
  return [Number(major), Number(minor), Number(patch)];
}
