/** How many connections to hosts of files a run has, when it is not told, and at most. */
export const DEFAULT_CONNECTIONS = 8;
export const MAX_CONNECTIONS = 64;
