curl --fail-with-body https://api.cloud.scenario.com/v1/assets/download \
  --user "$SCENARIO_SDK_API_KEY:$SCENARIO_SDK_API_SECRET" \
  --header 'Content-Type: application/json' \
  --data '{
    "options": { "fileNameTemplate": "<generator>-<prompt>-<num>-<seed>" },
    "query": { "assetIds": ["asset_1a2b3c", "asset_4d5e6f"], "inferenceIds": [], "modelIds": [] }
  }'
