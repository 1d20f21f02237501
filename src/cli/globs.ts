import picomatch from 'picomatch';

/**
 * A function that says whether a path matches one of the globs; undefined when there are none. A glob without a slash
 * is matched against the name alone, one with a slash against the whole path.
 */
export function matcherOf(globs: readonly string[] = []): ((path: string) => boolean) | undefined {
  if (globs.length === 0) return undefined;
  const matchers = globs.map((glob) => picomatch(glob, { dot: true, basename: !glob.includes('/'), nonegate: true }));
  return (path) => matchers.some((matches) => matches(path));
}
