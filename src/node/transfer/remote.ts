import type { Clock } from '../../clock.js';
import { HttpError, NetworkError } from '../../errors.js';
import { redactText, redactUrl } from '../../redact.js';
import { isRetryable, parseRetryAfter, retryDelay } from '../../retry.js';
import type { ByteConsumer } from '../byte-source.js';
import { isCertificateError } from '../http/certificate-error.js';
import { exchange } from '../http/exchange.js';
import type { HttpResponse } from '../http/http-exchange.js';
import { MalformedAnswerError } from '../http/malformed-answer-error.js';
import { createStallWatch } from '../http/stall-watch.js';
import type { Transport } from '../http/transport.js';
import type { Transfer } from './transfer-meter.js';

/** Why and when a request is repeated. */
export interface RemoteRetry {
  reason: string;
  /** 1 before the first retry. */
  attempt: number;
  /** How long until the retry, in milliseconds. */
  delayMs: number;
}

export interface RemoteOptions {
  /** The signed URL of the file. */
  url: string;
  /** Gets a fresh signed URL when the host no longer accepts the last one. */
  refreshUrl: () => Promise<string>;
  transport: Transport;
  clock: Clock;
  /** How long a connection may be silent, in milliseconds. */
  stallTimeoutMs: number;
  transfer: Transfer;
  onRetry?: ((retry: RemoteRetry) => void) | undefined;
}

/** One attempt at a transfer. */
export interface Attempt {
  /** Sends a GET. Rejects with an {@link HttpError} for a status of 300 and above, except 416. */
  get: (headers: Readonly<Record<string, string>>) => Promise<HttpResponse>;
  /** Passes the body of a response to the consumer. */
  read: (response: HttpResponse, consume: ByteConsumer) => Promise<void>;
  /** Records progress, in bytes that no earlier attempt has received. */
  received: (bytes: number) => void;
}

/** A file on a host, with retries: its signed URL may expire, and connections may break. */
export interface Remote {
  /** The URL without its query, for messages. */
  readonly label: string;
  /** Takes the number of bytes that callers expect from the file. */
  readonly transfer: Pick<Transfer, 'expect' | 'expectNoMore'>;
  /** Runs the work, and runs it again after transient errors. The work itself has to resume where it stopped. */
  run<Result>(work: (attempt: Attempt) => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/** How many consecutive failures are retried. */
const MAX_FAILURES = 6;
const MAX_REFRESHES = 2;
const MAX_DELAY_MS = 60_000;
/** After an attempt with at least this much progress, failures and refreshes are counted from zero again. */
const WORTHWHILE_BYTES = 64 * 1024;

/** The statuses with which the large file hosts answer an expired signature. */
const EXPIRED = new Set([400, 401, 403, 404, 410]);

/** Creates a remote that retries transient errors, refreshes the signed URL when it expires, and detects stalls. */
export function createRemote(options: RemoteOptions): Remote {
  const { transport, clock, stallTimeoutMs, refreshUrl, transfer } = options;
  const stalls = createStallWatch(stallTimeoutMs, clock);
  let signedUrl = options.url;
  /** The URL that the signed URL has redirected to. */
  let shortcut: string | undefined;
  let refreshing: Promise<string> | undefined;

  /** Refreshes the signed URL once, even if several connections find out at the same time that it has expired. */
  const refresh = async (refusedUrl: string): Promise<void> => {
    if (signedUrl !== refusedUrl) return;
    refreshing ??= refreshUrl().finally(() => {
      refreshing = undefined;
    });
    signedUrl = await refreshing;
    shortcut = undefined;
  };

  const attemptOnce = async <Result>(
    work: (attempt: Attempt) => Promise<Result>,
    signal: AbortSignal,
    received: (bytes: number) => void,
  ): Promise<Result> => {
    const controller = new AbortController();
    const onAbort = () => controller.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const watch = stalls.begin(() => {
      controller.abort(new NetworkError(`No byte from ${redactUrl(signedUrl)} for ${stallTimeoutMs} ms.`));
    });
    const get: Attempt['get'] = async (headers) => {
      const { response, url } = await exchange(transport, shortcut ?? signedUrl, headers, controller.signal);
      watch.touch();
      const { status } = response;
      if (status >= 300 && status !== 416) {
        response.destroy();
        throw httpError(response, url, clock);
      }
      if (url !== signedUrl) shortcut = url;
      return response;
    };
    let isPaused = false;
    const setPaused = (toPaused: boolean) => {
      if (toPaused === isPaused) return;
      isPaused = toPaused;
      watch[isPaused ? 'pause' : 'resume']();
      transfer[isPaused ? 'paused' : 'resumed']();
    };
    const pause = () => setPaused(true);
    const resume = () => setPaused(false);
    const read: Attempt['read'] = (response, consume) => {
      const received = (count: number) => {
        watch.touch();
        transfer.received(count);
      };
      return response.read(consume, { received, paused: pause, resumed: resume, ended: pause }).finally(resume);
    };
    try {
      return await work({ get, read, received });
    } finally {
      watch.stop();
      signal.removeEventListener('abort', onAbort);
    }
  };

  return {
    label: redactUrl(options.url),
    transfer,
    async run(work, signal) {
      let failures = 0;
      let refreshes = 0;
      for (;;) {
        signal.throwIfAborted();
        const usedShortcut = shortcut;
        const usedUrl = signedUrl;
        let bytes = 0;
        try {
          return await attemptOnce(work, signal, (count) => (bytes += count));
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          if (bytes >= WORTHWHILE_BYTES) failures = refreshes = 0;
          if (error instanceof HttpError && EXPIRED.has(error.status)) {
            if (usedShortcut !== undefined) {
              if (shortcut === usedShortcut) shortcut = undefined;
              continue;
            }
            if (++refreshes > MAX_REFRESHES) throw error;
            options.onRetry?.({
              reason: `status ${error.status}, a fresh URL is needed`,
              attempt: refreshes,
              delayMs: 0,
            });
            await refresh(usedUrl);
            continue;
          }
          if (!passes(error)) throw error;
          const retryAfterMs = error instanceof HttpError ? error.retryAfterMs : undefined;
          const delayMs = retryDelay(++failures, retryAfterMs, MAX_DELAY_MS, clock.random);
          if (failures > MAX_FAILURES || delayMs === undefined) throw error;
          options.onRetry?.({ reason: error.message, attempt: failures, delayMs });
          transfer.paused();
          await clock.delay(delayMs, signal).finally(transfer.resumed);
        }
      }
    },
  };
}

function passes(error: unknown): error is HttpError | NetworkError | MalformedAnswerError {
  if (error instanceof MalformedAnswerError) return true;
  if (error instanceof NetworkError) return !isCertificateError(error);
  return error instanceof HttpError && isRetryable(error);
}

function httpError({ status, headers }: HttpResponse, url: string, clock: Clock): HttpError {
  const requestId = headers['x-amz-request-id'] ?? headers['x-request-id'];
  // The body is left out, because object stores repeat the signature in it.
  return new HttpError(`GET ${redactUrl(url)} answered with status ${status}.`, {
    source: 'file-host',
    status,
    method: 'GET',
    url: redactUrl(url),
    requestId: requestId && redactText(requestId),
    retryAfterMs: parseRetryAfter(headers['retry-after'] ?? null, clock.now()),
  });
}
