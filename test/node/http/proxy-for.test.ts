import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors.js';
import { proxyFor } from '../../../src/node/http/proxy-for.js';

const url = new URL('https://files.example.com/x?signature=1');
const proxy = 'http://proxy:8080';

describe('proxyFor', () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTP_PROXY: proxy }, undefined],
    [{ HTTPS_PROXY: proxy }, 'http://proxy:8080/'],
    [{ https_proxy: 'proxy:8080' }, 'http://proxy:8080/'],
    [{ ALL_PROXY: 'https://user:pass@proxy' }, 'https://user:pass@proxy/'],
    [{ HTTPS_PROXY: proxy, NO_PROXY: '*' }, undefined],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'example.com' }, undefined],
    [{ HTTPS_PROXY: proxy, no_proxy: 'other, .example.com' }, undefined],
    [{ HTTPS_PROXY: proxy, NO_PROXY: '*.example.com:443' }, undefined],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'example.com:8443' }, 'http://proxy:8080/'],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'ample.com' }, 'http://proxy:8080/'],
    [{ HTTPS_PROXY: proxy, NO_PROXY: 'FILES.EXAMPLE.COM' }, undefined],
  ])('finds the proxy in %j', (env, expected) => {
    expect(proxyFor(url, env)?.href).toBe(expected);
  });

  it.each([
    ['fd00::1', true],
    ['FD00::1', true],
    ['other,[fd00::1]', true],
    ['[fd00::1]:443', true],
    ['[fd00::1]:8443', false],
    ['fd00::2', false],
    ['fd00::', false],
  ])('takes an IPv6 address in NO_PROXY as a whole: %s', (NO_PROXY, isExempt) => {
    const found = proxyFor(new URL('https://[fd00::1]/v1'), { HTTPS_PROXY: proxy, NO_PROXY });
    expect(found === undefined).toBe(isExempt);
  });

  it.each(['https://localhost/x', 'https://127.0.0.1/x', 'https://[::1]/x', 'http://files.example.com/x'])(
    'reaches %s without one',
    (local) => {
      expect(proxyFor(new URL(local), { HTTPS_PROXY: proxy })).toBeUndefined();
    },
  );

  it.each(['socks5://user:secret@proxy', 'http://user:secret@', 'http://user:100%secret@proxy'])(
    'refuses %s without showing it',
    (HTTPS_PROXY) => {
      expect(() => proxyFor(url, { HTTPS_PROXY })).toThrow(InvalidInputError);
      expect(() => proxyFor(url, { HTTPS_PROXY })).not.toThrow(/secret/);
    },
  );
});
