# What scripts/deploy.ts does for this host; all options are its own.
node (Join-Path $PSScriptRoot 'run.mjs') (Join-Path $PSScriptRoot 'deploy.ts') fly @args
exit $LASTEXITCODE
