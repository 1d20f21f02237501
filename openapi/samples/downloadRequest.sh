curl --fail-with-body https://api.cloud.scenario.com/v1/assets/asset_1a2b3c/download \
  --user "$SCENARIO_SDK_API_KEY:$SCENARIO_SDK_API_SECRET" \
  --header 'Content-Type: application/json' \
  --data '{ "targetFormat": "webp" }'
