/**
 * Counts requests in a window that slides with the clock. The function takes one more request and says 0, or refuses
 * it and says in how many milliseconds there is room again; refused ones do not count.
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
