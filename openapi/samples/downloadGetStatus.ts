import { createScenarioClient, waitForJob } from 'scenario-downloads';

// Reads SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET.
const client = createScenarioClient();

// Asks again, at growing intervals, until the archive is ready.
const { downloadUrl } = await waitForJob(client, { jobId: 'job_1a2b3c', requestedAt: Date.now() });

// A signed URL is a credential: fetch it, without other credentials, and do not log it.
const archive = await fetch(downloadUrl);
console.log(archive.status, archive.headers.get('content-length'));
