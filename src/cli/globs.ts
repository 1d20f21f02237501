import picomatch from 'picomatch';

const OPTIONS = { dot: true, nonegate: true, strictBrackets: true };

/**
 * Creates a function that tells whether a path matches at least one of the globs; undefined when there are none. A glob
 * without a slash is matched against the file name, one with a slash against the whole path.
 *
 * @throws for a glob with an unbalanced bracket
 */
export function matcherOf(globs: readonly string[] = []): ((path: string) => boolean) | undefined {
  if (globs.length === 0) return undefined;
  const matchers = globs.map((glob) => picomatch(glob, { ...OPTIONS, basename: !glob.includes('/') }));
  return (path) => matchers.some((matches) => matches(path));
}
