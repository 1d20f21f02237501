import type { ScenarioClient } from './client.js';
import { InvalidResponseError } from './errors.js';
import { withOwnSignal } from './own-signal.js';
import { isSecureUrl, requireId, requireOneOf } from './require.js';
import { TARGET_FORMATS, type TargetFormat } from './types.js';
import { unwrap } from './unwrap.js';

/** The options of {@link resolveAssetUrl}. */
export interface ResolveAssetUrlOptions {
  /** The format to convert the asset to. Not every format fits every kind of asset. Default: no conversion. */
  targetFormat?: TargetFormat | undefined;
  /** Cancels the request; the promise then rejects with the `reason` of the signal. */
  signal?: AbortSignal | undefined;
}

/**
 * Requests the signed URL of one asset, in the given format (`downloadRequest`). The URL is a credential, and it
 * expires.
 *
 * @throws {InvalidInputError} if the id is unusable or the format is unknown
 * @throws {HttpError} with status 400 if the format does not fit the asset, 403 if the asset belongs to another team,
 *   or 404 if it does not exist
 * @throws {NetworkError} if no complete response was received
 * @throws {InvalidResponseError} if the response has no https URL
 */
export async function resolveAssetUrl(
  client: ScenarioClient,
  assetId: string,
  { targetFormat, signal }: ResolveAssetUrlOptions = {},
): Promise<string> {
  const path = { assetId: requireId('assetId', assetId) };
  const body = targetFormat === undefined ? {} : { targetFormat: requireTargetFormat(targetFormat) };
  const result = await withOwnSignal(signal, (own) =>
    client.POST('/assets/{assetId}/download', { params: { path }, body, signal: own }),
  );
  const { url } = unwrap(result, 'POST', `/assets/${assetId}/download`);
  if (isSecureUrl(url)) return url;
  throw new InvalidResponseError('downloadRequest answered without an https URL in url.');
}

/** Returns the format if the spec lists it. Otherwise throws an InvalidInputError that lists the known formats. */
export function requireTargetFormat(format: TargetFormat): TargetFormat {
  return requireOneOf('targetFormat', format, TARGET_FORMATS);
}
