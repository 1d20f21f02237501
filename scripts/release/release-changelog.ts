const HEADING = '## Unreleased\n';

/** The changelog of a release. */
export interface ReleasedChangelog {
  /** The whole file: what was under "Unreleased" stands under the version, and "Unreleased" is empty. */
  text: string;
  /** What the release brings; empty when nothing stood under "Unreleased". */
  notes: string;
}

/**
 * Moves what is under "Unreleased" to a version.
 *
 * @param date YYYY-MM-DD
 * @throws {Error} when there is no "Unreleased", or the version is there already
 */
export function releaseChangelog(changelog: string, version: string, date: string): ReleasedChangelog {
  const at = changelog.indexOf(`\n${HEADING}`) + 1;
  if (at === 0) throw new Error('CHANGELOG.md has no heading "## Unreleased".');
  if (changelog.includes(`\n## ${version} `)) throw new Error(`CHANGELOG.md has ${version} already.`);
  const rest = changelog.slice(at + HEADING.length);
  const next = /^## /m.exec(rest)?.index ?? rest.length;
  const notes = rest.slice(0, next).trim();
  const older = next < rest.length ? `\n${rest.slice(next)}` : '';
  return { notes, text: `${changelog.slice(0, at)}${HEADING}\n## ${version} - ${date}\n\n${notes}\n${older}` };
}
