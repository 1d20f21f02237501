import { InvalidInputError } from '../../errors.js';

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an https URL, by HTTPS_PROXY or ALL_PROXY, and NO_PROXY (upper or lower case). This machine is never
 * reached through a proxy.
 *
 * @throws {InvalidInputError} when the variable holds no http or https URL, or one that cannot be decoded
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
 * `*`, `example.com` (with what is below it), `.example.com`, `*.example.com`, each also with `:port`; an IPv6 address
 * has brackets then.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
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
