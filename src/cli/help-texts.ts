/** The texts that `--help` shows below the options. */
export const HELP = {
  main: `
Examples:
  $ scenario-downloads get asset_123 asset_456
  $ scenario-downloads get --model model_123 --out ./renders
  $ scenario-downloads sandbox

Environment:
  SCENARIO_SDK_API_KEY, SCENARIO_SDK_API_SECRET   credentials; they are never given as options
  SCENARIO_BASE_URL                               another address of the API, such as a sandbox's
  HTTPS_PROXY, ALL_PROXY, NO_PROXY                a proxy, and what is reached without it
  NODE_EXTRA_CA_CERTS                             a file with certificate authorities of your own
  NO_COLOR, CI                                    no colors; a line every few seconds in place of a live one

Exit codes:
  0    everything that was asked for is there
  1    unexpected
  2    the command line or an input cannot be used
  3    something failed for good or is missing, or several kinds of trouble came together
  4    no credentials, or the API does not accept them
  5    worth the same command again later: network, rate limit, server in trouble, job not ready in time
  6    an archive is damaged or not safe to unpack
  7    the disk is full or not writable, or another process saves into the folder
  130  interrupted`,
  get: `
Run the same command again and it goes on where it was: what is there and intact is not fetched again. A file that was
edited meanwhile is fetched again and replaced: retouch copies.

Examples:
  $ scenario-downloads get asset_123 asset_456 --out ./renders
  $ scenario-downloads get --from ids.txt --template '<prompt>-<seed>' --flat
  $ cat ids.jsonl | scenario-downloads get --from - --json > report.json
  $ scenario-downloads get --model model_123 --include '*.png' --exclude 'drafts/**'
  $ scenario-downloads get asset_123 --format webp
  $ scenario-downloads get --from ids.txt --dry-run

--template: <seed>, <num>, <prompt> and <generator> stand for what each asset has of them; quote it for the shell.

--from: plain lines and JSON strings are asset ids; a JSON object has an asset's in "assetId" or "id", an inference's in
"inferenceId", a model's in "modelId". Lines that begin with # are comments.

--include, --exclude: a glob with a / in it is matched against the whole path below the folder, any other against the
name of the file. That no file matches is said, but it is no error.`,
  urls: `
A line is {"kind":"archive","index","part","jobId","jobStatus","assets","downloadUrl"}, or with --format
{"kind":"asset","index","assetId","targetFormat","downloadUrl"}. "assets" is null where only the server knows.
"part" is [] for a whole batch, and [0] and [1] for the halves of one that the server found too large.

The URLs are signed: whoever has one can fetch the file until it expires. Keep them out of logs.

Examples:
  $ scenario-downloads urls asset_123 asset_456
  $ scenario-downloads urls --from ids.txt | jq -r '.jobId + " " + .downloadUrl' |
      while read -r job url; do curl -fsS -o "$job.zip" "$url"; done
  $ scenario-downloads urls --from ids.txt --format webp > urls.jsonl`,
  status: `
Exits with 0 while the job runs and when it is ready, and with 3 when it has failed.

Examples:
  $ scenario-downloads status job_123
  $ scenario-downloads status job_123 --json`,
  sandbox: `
Examples:
  $ scenario-downloads sandbox
  $ scenario-downloads sandbox --port 4010`,
} as const;
