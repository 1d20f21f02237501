/** What a fault does, instead of or to an answer. Tell them apart by `type`. */
export type Effect = InsteadEffect | StatusEffect | WorkEffect | FileEffect | DeliveryEffect;

/** Effects on either host that take the place of the answer: the operation is not carried out. */
export type InsteadEffect =
  /** An answer with this status. A string is sent as it is, anything else as JSON; default is an error body. */
  | { type: 'status'; status: number; headers?: Record<string, string>; body?: unknown }
  /** An answer with this body, as it is. Default status 200, default content type `application/json`. */
  | { type: 'body'; body: string | Uint8Array; status?: number; contentType?: string }
  /** A redirect, 302 by default. A function gets the request, so that it can lead back to it. */
  | { type: 'redirect'; location: string | ((request: { url: string }) => string); status?: number }
  /** The file host's answer to a URL that is over. */
  | { type: 'expire' };

/** Effects on the way of an answer to the client. */
export type DeliveryEffect =
  /**
   * The connection is closed after so many bytes of the body; without `afterBytes` before the operation is carried
   * out and without any answer.
   */
  | { type: 'drop'; afterBytes?: number }
  /**
   * So many bytes of the body are sent and then nothing, on an open connection; without `afterBytes` not even the
   * head, and the operation is not carried out.
   */
  | { type: 'stall'; afterBytes?: number }
  /** The body comes in pieces of `chunkBytes`, one every `everyMs` milliseconds. */
  | { type: 'trickle'; chunkBytes: number; everyMs: number };

/** Effects on operations that start work. */
export type WorkEffect =
  /** The operation is carried out, then the connection is closed without any answer. */
  { type: 'dropAfterWork' };

/** Effects on the answer of `downloadGetStatus`. */
export type StatusEffect =
  /** The answer has this state, and no URL unless `downloadUrl` is true. */
  | { type: 'jobStatus'; jobStatus: string; downloadUrl?: boolean }
  /** The answer says `success`, without a URL. */
  | { type: 'withoutUrl' };

/** Effects on what the file host serves. */
export type FileEffect =
  /** Ranges are ignored and not announced: 200 with the whole file. */
  | { type: 'noRanges' }
  /** A range is answered with 206 and the range that begins one byte beside the one asked for. */
  | { type: 'wrongRange' }
  /** The byte at this offset of the file is flipped. */
  | { type: 'corrupt'; at: number }
  /** The file ends after so many bytes, and says so in its length. */
  | { type: 'truncate'; bytes: number }
  /** The file has this entity tag. Default one that it never had. */
  | { type: 'changeETag'; etag?: string }
  /** Another file is served under the URL, with the entity tag that belongs to it. */
  | { type: 'changeContent'; content: Uint8Array };
