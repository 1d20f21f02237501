/** What a fault does to a response, or instead of it. Discriminated by `type`. */
export type Effect = InsteadEffect | StatusEffect | WorkEffect | FileEffect | DeliveryEffect;

/** Effects on either host that replace the response. The operation is not performed. */
export type InsteadEffect =
  /** Responds with this status. A string is sent as it is, any other body as JSON. Default: an error body. */
  | { type: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** Responds with exactly this body. Default status 200, default content type `application/json`. */
  | { type: 'body'; body: string | Uint8Array; status?: number; contentType?: string }
  /** Redirects, with status 302 by default. A function gets the request, so that it can redirect to the same URL. */
  | { type: 'redirect'; location: string | ((request: { url: string }) => string); status?: number }
  /** Responds as the file host does to an expired URL. */
  | { type: 'expire' };

/** Effects on how a response is sent to the client. */
export type DeliveryEffect =
  /**
   * Closes the connection after this many bytes of the body. Without `afterBytes`, closes it without a response, and
   * the operation is not performed.
   */
  | { type: 'drop'; afterBytes?: number }
  /**
   * Sends this many bytes of the body and then nothing, but keeps the connection open. Without `afterBytes`, sends not
   * even the headers, and the operation is not performed.
   */
  | { type: 'stall'; afterBytes?: number }
  /** Sends the body in chunks of `chunkBytes`, one every `everyMs` milliseconds. */
  | { type: 'trickle'; chunkBytes: number; everyMs: number };

/** Effects on the operations that start work. */
export type WorkEffect =
  /** Performs the operation, then closes the connection without a response. */
  { type: 'dropAfterWork' };

/** Effects on the response of `downloadGetStatus`. */
export type StatusEffect =
  /** Reports this state, without a URL unless `downloadUrl` is true. */
  | { type: 'jobStatus'; jobStatus: string; downloadUrl?: boolean }
  /** Reports `success`, without a URL. */
  | { type: 'withoutUrl' };

/** Effects on the file that the file host serves. */
export type FileEffect =
  /** Ignores range requests: responds with 200 and the whole file, and does not announce range support. */
  | { type: 'noRanges' }
  /** Responds to a range request with 206 and a range that begins a byte too early, or too late at the start. */
  | { type: 'wrongRange' }
  /** Inverts all bits of the byte at this offset of the file. */
  | { type: 'corrupt'; at: number }
  /** Cuts the file off after this many bytes, and announces that length. */
  | { type: 'truncate'; bytes: number }
  /** Serves the file with this entity tag. Default: one that differs from the real one. */
  | { type: 'changeETag'; etag?: string }
  /** Serves other content, with the entity tag of that content. */
  | { type: 'changeContent'; content: Uint8Array };
