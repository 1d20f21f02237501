// A client with its own fetch, retries and timeout: it goes through the company's proxy and logs each try.
import { createScenarioClient, DEFAULT_BASE_URL, resolveAssetUrl } from 'scenario-downloads';
import type {
  ClientOptions,
  Fetch,
  ProgressEvent,
  ResolveAssetUrlOptions,
  RetryOptions,
  ScenarioClient,
} from 'scenario-downloads';
import { createProxyFetch, type Environment } from 'scenario-downloads/node';

function createStudioClient(env: Environment): ScenarioClient {
  const send = createProxyFetch(env);
  const fetch: Fetch = async (request) => {
    const response = await send(request);
    // Only the path: headers and queries may hold credentials.
    console.log(request.method, new URL(request.url).pathname, response.status);
    return response;
  };
  // A person waits for this: better an error soon than an answer late.
  const retry: RetryOptions = { limit: 2, maxDelayMs: 2000 };
  const options: ClientOptions = {
    apiKey: env['SCENARIO_SDK_API_KEY'],
    apiSecret: env['SCENARIO_SDK_API_SECRET'],
    baseUrl: env['SCENARIO_BASE_URL'] ?? DEFAULT_BASE_URL,
    headers: { 'user-agent': 'studio-pipeline/1.0' },
    requestTimeoutMs: 15_000,
    retry,
    fetch,
    onProgress: logRetry,
  };
  return createScenarioClient(options);
}

function logRetry(event: ProgressEvent): void {
  if (event.type === 'retry') console.log(`try ${event.attempt + 1} in ${event.delayMs} ms`);
}

const options: ResolveAssetUrlOptions = { targetFormat: 'png', signal: AbortSignal.timeout(30_000) };
const url = await resolveAssetUrl(createStudioClient(process.env), 'asset_1a2b3c', options);
const image = await fetch(url);
console.log(image.headers.get('content-type'));
