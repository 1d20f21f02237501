const HEADING = '## Unreleased\n';

/** The changelog of a release. */
export interface ReleasedChangelog {
  /** The whole file, with the entries under the new version and an empty "Unreleased" section. */
  text: string;
  /** The entries of the release; empty when nothing was under "Unreleased". */
  notes: string;
}

/**
 * Moves the entries under "Unreleased" to a new version.
 *
 * @param date YYYY-MM-DD
 * @throws {Error} when there is no "Unreleased" section, or the version already has one
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
