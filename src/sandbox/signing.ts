import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a signature is worth. */
export type SignatureCheck = 'valid' | 'expired' | 'wrong';

/** Makes and checks signed paths. */
export interface Signer {
  /** The path with `expires`, in milliseconds since 1970, and `signature` behind it. No two calls give the same. */
  sign: (path: string) => string;
  check: (path: string, query: URLSearchParams) => SignatureCheck;
}

/** A signer with a key of its own: what another sandbox has signed is wrong here. */
export function createSigner({ urlLifetimeMs, now }: { urlLifetimeMs: number; now: () => number }): Signer {
  const key = randomBytes(32);
  let lastExpiry = 0;
  const signatureOf = (path: string, expires: string) =>
    createHmac('sha256', key).update(`${path}\n${expires}`).digest('hex');

  return {
    sign(path) {
      // A clock that stands still must not make the same URL twice.
      lastExpiry = Math.max(lastExpiry + 1, now() + urlLifetimeMs);
      const expires = String(lastExpiry);
      return `${path}?expires=${expires}&signature=${signatureOf(path, expires)}`;
    },
    check(path, query) {
      const expires = query.get('expires') ?? '';
      const expected = Buffer.from(signatureOf(path, expires));
      const actual = Buffer.from(query.get('signature') ?? '');
      if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) return 'wrong';
      return now() < Number(expires) ? 'valid' : 'expired';
    },
  };
}
