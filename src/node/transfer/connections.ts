/** The default and the maximum of connections to file hosts that a run uses. */
export const DEFAULT_CONNECTIONS = 8;
export const MAX_CONNECTIONS = 64;
