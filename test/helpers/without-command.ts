import { isInstalled } from '../../scripts/lib/is-installed.js';

/** The tests ask for nothing but Node, and leave out what takes more: why, for the name of what is left out, or nothing. */
export async function whyWithout(...commands: readonly string[]): Promise<string> {
  const installed = await Promise.all(commands.map(isInstalled));
  const missing = commands.filter((_, at) => !installed[at]);
  return missing.length === 0 ? '' : ` (left out, since there is no ${missing.join(' and no ')} here)`;
}
