curl --fail-with-body https://api.cloud.scenario.com/v1/assets/download/job_1a2b3c \
  --user "$SCENARIO_SDK_API_KEY:$SCENARIO_SDK_API_SECRET"
