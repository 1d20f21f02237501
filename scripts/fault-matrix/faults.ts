import type { Fault } from '../../src/sandbox/index.js';

/** The steps of a download at which a request is sent. */
export const STEPS = ['request', 'poll', 'resolve', 'directory', 'transfer', 'asset'] as const;

export type Step = (typeof STEPS)[number];

/** The effect of a sandbox fault. Not every effect is possible at every step. */
export type AnyEffect = Fault['effect'];

/** Something that can go wrong. */
export interface FaultKind {
  name: string;
  /**
   * Returns the effect at a step; undefined if the fault cannot happen there.
   *
   * @param now epoch milliseconds, for dates in headers
   */
  effectAt(step: Step, now: number): AnyEffect | undefined;
  /** Whether only a timeout ends the request. */
  isSilent?: boolean;
  /** Whether the fault makes the run give up everything that has not been requested yet. */
  isFinal?: boolean;
  /** Whether the user aborts the run at that moment. */
  isAbort?: boolean;
  /** Fields that are added to every successful response of the API. */
  moreFields?: Readonly<Record<string, unknown>>;
}

const isApi = (step: Step) => step === 'request' || step === 'poll' || step === 'resolve';
const atAll = (effect: AnyEffect) => () => effect;
const atApi = (effect: AnyEffect) => (step: Step) => (isApi(step) ? effect : undefined);
const atFiles = (effect: AnyEffect) => (step: Step) => (isApi(step) ? undefined : effect);
const status = (code: number, headers?: Record<string, string>, name = `${code}`): FaultKind => ({
  name,
  effectAt: atAll({ type: 'status', status: code, ...(headers && { headers }) }),
});

const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';
const WRONG_TYPES = '{"jobId":7,"jobStatus":["success"],"downloadUrl":{"href":"x"},"url":1}';
const MORE_FIELDS = { jobId2: 'x', status: 'failure', error: null, url2: { href: 'x' }, __proto__x: [1] };
const SLOWLY: AnyEffect = { type: 'trickle', chunkBytes: 100_000, everyMs: 1 };
/** Larger than the largest API response that the client accepts. */
const HUGE = Buffer.alloc(17 * 1024 * 1024, ' ');

/** Returns all faults of servers and networks, in the order of the table. */
export function allFaults(): FaultKind[] {
  return [
    { name: 'connection closed before the answer', effectAt: atAll({ type: 'drop' }) },
    {
      name: 'connection closed after the work was done',
      effectAt: (step) => (step === 'request' || step === 'resolve' ? { type: 'dropAfterWork' } : undefined),
    },
    { name: 'connection closed in the middle of the answer', effectAt: atAll({ type: 'drop', afterBytes: 5 }) },
    { name: 'no answer', effectAt: atAll({ type: 'stall' }), isSilent: true },
    { name: 'silence in the middle of the answer', effectAt: atAll({ type: 'stall', afterBytes: 5 }), isSilent: true },
    { name: 'slow answer', effectAt: atAll(SLOWLY) },
    { ...status(401), isFinal: true },
    ...[403, 404, 408, 409, 410, 413, 425, 429].map((code) => status(code)),
    status(429, { 'retry-after': '7' }, '429, Retry-After in seconds'),
    {
      name: '429, Retry-After as a date',
      effectAt: (_, now) => {
        const headers = { 'retry-after': new Date(now + 7000).toUTCString() };
        return { type: 'status', status: 429, headers };
      },
    },
    { ...status(429, { 'retry-after': '7200' }, '429, Retry-After of two hours'), isFinal: true },
    status(500),
    { name: '502 with HTML', effectAt: atAll({ type: 'status', status: 502, body: HTML }) },
    status(503),
    status(504),
    { name: '200 without a body', effectAt: atAll({ type: 'body', body: '' }) },
    { name: '200 with HTML', effectAt: atAll({ type: 'body', body: HTML, contentType: 'text/html' }) },
    { name: '200 with half of a JSON value', effectAt: atApi({ type: 'body', body: '{"jobId":' }) },
    { name: '200 with wrong types', effectAt: atApi({ type: 'body', body: WRONG_TYPES }) },
    { name: '200 with more fields', effectAt: atApi(SLOWLY), moreFields: MORE_FIELDS },
    { name: '200 with 17 MiB', effectAt: atAll({ type: 'body', body: HUGE }) },
    { name: '206 with 17 MiB', effectAt: atFiles({ type: 'body', status: 206, body: HUGE }) },
    { name: 'redirect to another host', effectAt: atAll({ type: 'redirect', location: 'https://127.0.0.1:1/' }) },
    { name: 'redirect to http', effectAt: atAll({ type: 'redirect', location: 'http://files.example.com/' }) },
    { name: 'redirect in a loop', effectAt: atAll({ type: 'redirect', location: ({ url }) => url }) },
    { name: 'job failed', effectAt: (step) => (step === 'poll' ? { type: 'jobStatus', jobStatus: 'failure' } : undefined) }, // prettier-ignore
    { name: 'success without a URL', effectAt: (step) => (step === 'poll' ? { type: 'withoutUrl' } : undefined) },
    { name: 'signed URL has expired', effectAt: atFiles({ type: 'expire' }) },
    { name: 'host without ranges', effectAt: atFiles({ type: 'noRanges' }) },
    { name: 'another range than was asked for', effectAt: atFiles({ type: 'wrongRange' }) },
    { name: 'a damaged byte', effectAt: (step) => (step === 'transfer' ? { type: 'corrupt', at: 5000 } : undefined) },
    { name: 'file without its end', effectAt: atFiles({ type: 'truncate', bytes: 3000 }) },
    { name: 'file that changes', effectAt: atFiles({ type: 'changeETag' }) },
    { name: 'another file', effectAt: atFiles({ type: 'changeContent', content: Buffer.from('something else') }) },
    { name: 'called off', effectAt: atAll({ type: 'stall' }), isAbort: true },
  ];
}
