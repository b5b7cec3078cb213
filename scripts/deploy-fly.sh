#!/usr/bin/env sh
# What scripts/deploy.ts does for this host; all options are its own.
exec node "$(dirname "$0")/run.mjs" "$(dirname "$0")/deploy.ts" fly "$@"
