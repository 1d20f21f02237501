import type { ScenarioClient } from '../client.js';
import { DEFAULT_BASE_URL } from '../types.js';

/**
 * The name of the host that a client talks to, without the port; undefined for the one of the spec, or where it cannot
 * be told. Nothing is sent to find out.
 */
export async function apiHostOf(client: ScenarioClient): Promise<string | undefined> {
  let url = '';
  // A client keeps its base URL to itself, but puts it in front of each path before there is a request: as this ends
  // there, no middleware hears of it either.
  const pathSerializer = (template: string): string => {
    url = template.replace(/\{.*/s, '');
    throw new Error('It was only to tell its URL.');
  };
  try {
    await client.GET('/assets/download/{jobId}', { params: { path: { jobId: 'none' } }, pathSerializer });
  } catch {
    // As it is meant to.
  }
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return hostname === new URL(DEFAULT_BASE_URL).hostname ? undefined : hostname;
}
