import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The result of checking a signature. */
export type SignatureCheck = 'valid' | 'expired' | 'wrong';

/** Creates and checks signed paths. */
export interface Signer {
  /** Adds `expires`, in epoch milliseconds, and `signature` to a path. Each call returns a different result. */
  sign: (path: string) => string;
  check: (path: string, query: URLSearchParams) => SignatureCheck;
}

/** Creates a signer with a random key, so that the signatures of another sandbox are wrong. */
export function createSigner({ urlLifetimeMs, now }: { urlLifetimeMs: number; now: () => number }): Signer {
  const key = randomBytes(32);
  let lastExpiry = 0;
  const signatureOf = (path: string, expires: string) =>
    createHmac('sha256', key).update(`${path}\n${expires}`).digest('hex');

  return {
    sign(path) {
      // Even if the clock of a test stands still, each URL must be different.
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
