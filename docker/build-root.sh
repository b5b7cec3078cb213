#!/usr/bin/env bash
# Makes the tree that the image ships: build-root.sh DIR
# Needs a checkout with its dependencies installed. The Dockerfile runs this; so does `npm run test:image`, without a
# container engine. The tree keeps the checkout's folders, so that every file finds the others as it does there.
set -euo pipefail

if [ $# -ne 1 ]; then
  echo 'Usage: docker/build-root.sh DIR' >&2
  exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
if [ -n "$(ls -A "$out")" ]; then
  echo "The folder $out is not empty." >&2
  exit 1
fi
cd "$root"

# Generated code and the built application; what is fresh is not made again.
pinned=$(node -e "import('./scripts/start/setup.mjs').then(async (made) => console.log((await made.orSay(() => made.setup({ web: true, quiet: true }))).node))")

mkdir -p "$out/prisma/library/texts" "$out/web/src/data/generated"
cp -R prisma/migrations "$out/prisma/migrations"
cp prisma/library/*.json "$out/prisma/library/"
cp prisma/library/texts/*.json "$out/prisma/library/texts/"
cp -R web/dist "$out/web/dist"
find "$out/web/dist" -name '*.map' -delete
rm -rf "$out/web/dist/.vite"
# The hashes of the application's own operations, which have their own limits.
cp web/src/data/generated/persisted-documents.json "$out/web/src/data/generated/"

# argon2 is native code; everything else is in the bundle. Of its pre-built binaries only this platform's are needed,
# of its packages only those that it loads.
version=$(node -p "require('argon2/package.json').version")
printf '{ "name": "nes", "private": true, "type": "module", "dependencies": { "argon2": "%s" } }\n' "$version" >"$out/package.json"
(cd "$out" && npm install --omit=dev --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error)
platform=$(node -p 'process.platform + "-" + process.arch')
find "$out/node_modules/argon2/prebuilds" -mindepth 1 -maxdepth 1 ! -name "$platform*" -exec rm -rf {} +
(cd "$out" && node -e "require('argon2').hash('a').then(() => {})")

# The API in one file. It is started once as the image starts it, by the Node and the account that will (their compiled code is kept apart from
# others'), and the compiled code stays in the tree: 78 is the end of a start without its variables.
node=${NES_NODE:-$pinned}
"$node" scripts/bundle-api.ts "$out/api/dist"
mkdir -p "$out/node_modules/.cache/node"
chmod a+rx "$out"
chmod a+rwx "$out/node_modules/.cache/node"
options=$(sed -n 's/^ *NODE_OPTIONS="\([^"]*\)".*/\1/p' docker/Dockerfile)
(cd "$out" && "$node" -e "
  const account = process.getuid?.() === 0 ? { uid: 65532, gid: 65532 } : {};
  const { status } = require('node:child_process').spawnSync(process.execPath, ['api/dist/main.js'], {
    env: { NODE_ENV: 'production', NODE_OPTIONS: process.argv[1] }, stdio: 'ignore', ...account,
  });
  if (status !== 78) {
    console.error('The API does not start: exit code ' + status + ' where 78 (variables are missing) was expected.');
    process.exit(1);
  }" -- "$options")
chmod 755 "$out/node_modules/.cache/node"
chmod -R a+rX "$out"
du -sm "$out" | awk '{ print "The tree holds " $1 " MB." }'
