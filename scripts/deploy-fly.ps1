# What scripts/deploy/deploy.ts does for this host; all options are its own.
node (Join-Path $PSScriptRoot 'start/run.mjs') (Join-Path $PSScriptRoot 'deploy/deploy.ts') fly @args
exit $LASTEXITCODE
