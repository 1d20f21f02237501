import { InvalidResponseError } from './errors.js';
import { isSecureUrl } from './require.js';

/**
 * The signed URL in an answer, if it can be used. It is a credential, so what goes wrong with it is said without it.
 *
 * @throws {InvalidResponseError} when it is no absolute URL, or would send the signature in the clear
 */
export function requireResultUrl(operation: string, field: string, value: unknown): string {
  if (isSecureUrl(value)) return value;
  throw new InvalidResponseError(`${operation} answered with a ${field} that is not an https URL.`);
}
