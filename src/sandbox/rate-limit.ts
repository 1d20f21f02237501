/**
 * Creates a rate limit with a sliding window. The function is called for each request. It returns 0 if the request is
 * accepted, else in how many milliseconds the next one will be. Refused requests do not count.
 */
export function createRateLimit(
  limit: { requests: number; perMs: number } | undefined,
  now: () => number,
): () => number {
  if (!limit) return () => 0;
  const taken: number[] = [];
  return () => {
    const at = now();
    while (taken[0] !== undefined && taken[0] <= at - limit.perMs) taken.shift();
    const oldest = taken[0];
    if (oldest !== undefined && taken.length >= limit.requests) return oldest + limit.perMs - at;
    taken.push(at);
    return 0;
  };
}
