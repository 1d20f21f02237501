/**
 * Sets the version in the text of a package.json or package-lock.json, formatted as npm does it.
 *
 * @throws {Error} when the manifest has no version
 */
export function releaseManifest(text: string, version: string): string {
  const manifest = JSON.parse(text) as { version?: string; packages?: Record<string, { version?: string }> };
  if (manifest.version === undefined) throw new Error('The manifest has no version.');
  manifest.version = version;
  const own = manifest.packages?.[''];
  if (own) own.version = version;
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
