import { InvalidResponseError } from '../../errors.js';

/** Thrown when a response is not valid HTTP/1.1. An intermediary may have damaged it, so a retry may succeed. */
export class MalformedAnswerError extends InvalidResponseError {}
