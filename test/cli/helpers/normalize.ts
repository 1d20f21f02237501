import { isWindows } from '../../helpers/platform.js';

/** Output with everything taken out of it that differs from run to run, so that the rest can be compared. */
export function normalize(text: string, replacements: Record<string, string> = {}): string {
  // There, JSON has two backslashes between folders, and everything else one.
  const separators = isWindows ? /\\{1,2}(?!")/g : /$^/;
  let result = text.replace(separators, '/');
  for (const [value, name] of Object.entries(replacements))
    result = result.replaceAll(value.replace(separators, '/'), name);
  return (
    result
      .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
      .replace(/job_[0-9a-f]{16}/g, 'job_ID')
      // Which lines there are between the first and the last depends on how fast the machine is.
      .replace(/^(checking|waiting|saving): .*\n/gm, '')
      .replace(/^checking what.*\n/gm, '')
      .replace(/\d+(\.\d+)? (ms|s|min|h)\b/g, 'N s')
      .replace(/"seconds":[\d.]+/g, '"seconds":N')
      .replace(/"receivedBytes":\d+/g, '"receivedBytes":N')
  );
}
