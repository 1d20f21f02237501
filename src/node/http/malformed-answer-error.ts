import { InvalidResponseError } from '../../errors.js';

/** Thrown when an answer is no HTTP/1.1. Who stands in between may have mangled it: the next one may be well. */
export class MalformedAnswerError extends InvalidResponseError {}
