import { createScenarioClient, resolveAssetUrl } from 'scenario-downloads';

// Reads SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET.
const client = createScenarioClient();

const url = await resolveAssetUrl(client, 'asset_1a2b3c', { targetFormat: 'webp' });

// A signed URL is a credential: fetch it, without other credentials, and do not log it.
const asset = await fetch(url);
console.log(asset.status, asset.headers.get('content-type'));
