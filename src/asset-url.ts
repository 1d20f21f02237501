import type { ScenarioClient } from './client.js';
import { InvalidResponseError } from './errors.js';
import { withOwnSignal } from './own-signal.js';
import { isSecureUrl, requireId, requireOneOf } from './require.js';
import { TARGET_FORMATS, type TargetFormat } from './types.js';
import { unwrap } from './unwrap.js';

/** What {@link resolveAssetUrl} takes besides the id. */
export interface ResolveAssetUrlOptions {
  /** The format to convert the asset to. Default: as it is. Not every format fits every kind of asset. */
  targetFormat?: TargetFormat | undefined;
  /** Calls it off; the promise rejects with its `reason`. */
  signal?: AbortSignal | undefined;
}

/**
 * Resolves to the signed URL of one asset, in the wanted format (`downloadRequest`). The URL is a credential, and it
 * expires.
 *
 * @throws {InvalidInputError} for an unusable id or an unknown format
 * @throws {HttpError} 400 for a format that does not fit the asset, 403 for an asset of another team, 404 for none
 * @throws {NetworkError | InvalidResponseError} when no usable answer came
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

/** The format, if the spec knows it. Else an InvalidInputError that lists those it knows. */
export function requireTargetFormat(format: TargetFormat): TargetFormat {
  return requireOneOf('targetFormat', format, TARGET_FORMATS);
}
