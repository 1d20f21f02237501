import { InvalidInputError } from '../../errors.js';
import { hostNameOf } from './host-name.js';

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the proxy for an https URL according to HTTPS_PROXY or ALL_PROXY, and NO_PROXY. Lower case names take
 * precedence over upper case ones. Other URLs, and those of this machine, have no proxy.
 *
 * @throws {InvalidInputError} when the variable is not an http or https URL, or its user info cannot be decoded
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const variable = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].find((name) => env[name]);
  if (url.protocol !== 'https:' || variable === undefined || isLocal(url)) return undefined;
  if (isExempt(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return undefined;

  const value = env[variable] ?? '';
  const text = value.includes('://') ? value : `http://${value}`;
  // The value may hold a password, so the message does not show it.
  if (!URL.canParse(text)) throw new InvalidInputError(`${variable} is not a URL.`);
  const proxy = new URL(text);
  if (!isDecodable(proxy.username + proxy.password))
    throw new InvalidInputError(`${variable} has a % in its user info that is no part of a code: write it as %25.`);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new InvalidInputError(
      `${variable} names a ${proxy.protocol} proxy; only http and https proxies can be used.`,
    );
  }
  return proxy;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname);
}

/**
 * Whether NO_PROXY covers a URL. It may contain `*` for all hosts, and `example.com`, `.example.com` or
 * `*.example.com`, which all mean the domain and its subdomains. A domain or an address may be followed by `:port`. An
 * IPv6 address needs brackets then.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const host = hostNameOf(url);
  const port = url.port || '443';
  return noProxy.split(/[\s,]+/).some((item) => {
    if (item === '*') return true;
    const entry = item.toLowerCase();
    // The last group of a bare IPv6 address looks like a port.
    const isAddress = /^[^[]*:.*:/.test(entry);
    const [, pattern = '', patternPort] = isAddress ? ['', entry] : (/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? []);
    if (pattern === '' || (patternPort !== undefined && patternPort !== port)) return false;
    const domain = pattern.replace(/^\*?\./, '');
    return host === domain || host.endsWith(`.${domain}`);
  });
}
