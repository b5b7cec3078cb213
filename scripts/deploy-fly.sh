#!/usr/bin/env sh
# What scripts/deploy/deploy.ts does for this host; all options are its own.
exec node "$(dirname "$0")/start/run.mjs" "$(dirname "$0")/deploy/deploy.ts" fly "$@"
