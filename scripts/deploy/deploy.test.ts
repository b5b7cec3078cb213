import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { DeployError, deploy, type Host, hosts, type Options, type Result, readOptions, type World } from './deploy.ts';

/** A world in which commands answer what `answers` says for their beginning, else nothing with exit code 0. */
function world(answers: Record<string, Partial<Result>> = {}, status: () => number = () => 200) {
  const ran: string[] = [];
  const said: string[] = [];
  const inputs: string[] = [];
  const it: World = {
    async run(command, { input } = {}) {
      const line = command.join(' ');
      ran.push(line);
      if (input) inputs.push(input);
      const key = Object.keys(answers).find((beginning) => line.startsWith(beginning));
      return { code: 0, output: '', ...(key ? answers[key] : {}) };
    },
    status: async () => status(),
    wait: async () => {},
    say: (line) => void said.push(line),
    secret: () => 'a secret that was made up for this test',
  };
  return { it, ran, said, inputs };
}

const OUTSIDE = [
  '--database-url',
  'postgresql://u:pw@db.example/nes?sslmode=require',
  '--redis-url',
  'rediss://d:pw2@r.example:6379',
];
const words: Record<Host, string[]> = {
  railway: ['railway', '--origin', 'https://you.github.io'],
  render: ['render', '--origin', 'https://you.github.io', '--image', 'ghcr.io/you/repository:latest', ...OUTSIDE],
  fly: ['fly', '--origin', 'https://you.github.io', '--region', 'iad', ...OUTSIDE],
};
const options = (host: Host, ...more: string[]): Options => readOptions([...words[host], ...more]);

for (const host of hosts) {
  test(`${host}: a dry run prints the commands of a first deployment and runs none`, async () => {
    const { it, ran, said } = world();
    await deploy(options(host, '--dry-run'), it);
    assert.deepEqual(ran, []);
    const golden = readFileSync(join(import.meta.dirname, 'golden', `deploy-${host}.txt`), 'utf8');
    assert.equal(`${said.join('\n')}\n`, golden);
    assert.ok(!golden.includes('pw'), 'no password is shown');
  });

  test(`${host}: a command line that is missing or not logged in is named, and nothing is changed`, async () => {
    const missing = world({ [`${host} --version`]: { code: 127 } });
    await assert.rejects(deploy(options(host), missing.it), new RegExp(`^DeployError: ${host} is not installed: `));
    const login = host === 'fly' ? 'fly auth whoami' : `${host} whoami`;
    const stranger = world({ [login]: { code: 1 } });
    await assert.rejects(deploy(options(host), stranger.it), /is not logged in: /);
    assert.equal(stranger.ran.length, 2);
  });

  test(`${host}: a step that fails ends it, and so does a server that is not ready in time`, async () => {
    const step = { railway: 'railway up', render: 'render services create', fly: 'fly deploy' }[host];
    const domain = { 'railway domain': { output: '{ "domain": "https://nes-api.up.railway.app" }' } };
    const failing = world({ ...domain, [step]: { code: 3 } });
    await assert.rejects(deploy(options(host), failing.it), /failed \(exit code 3\)/);
    const away = world(domain, () => 503);
    await assert.rejects(
      deploy(options(host, '--timeout', '9'), away.it),
      /did not answer with 200 within 9 s \(last: 503\)/,
    );
  });
}

test('fly: an instance in each further region, with the replicas that are read there', async () => {
  const { it, ran, said } = world();
  const replicas = 'iad=postgresql://u:pw3@iad.example/nes,syd=postgresql://u:pw4@syd.example/nes';
  await deploy(
    readOptions([...words.fly, '--region', 'fra', '--regions', 'iad,syd', '--replica-url', replicas, '--dry-run']),
    it,
  );
  assert.deepEqual(ran, []);
  const golden = readFileSync(join(import.meta.dirname, 'golden', 'deploy-fly-regions.txt'), 'utf8');
  assert.equal(`${said.join('\n')}\n`, golden);
  assert.ok(!/pw\d/.test(golden), 'no password is shown');
});

test('railway: what is there is left, the secret is kept, the address is read from coloured text', async () => {
  const { it, ran, said } = world({
    'railway status': {
      output: JSON.stringify({
        services: { edges: ['Postgres', 'Redis', 'nes-api'].map((name) => ({ node: { id: name, name } })) },
      }),
    },
    'railway domain': {
      output: 'Domains already exists on the service:\n🚀 \u001b[1;35mhttps://nes-x.up.railway.app\u001b[0m\n',
    },
    'railway variables --service nes-api --json': { output: '{ "NES_SECRET": "kept" }' },
  });
  await deploy(options('railway'), it);
  assert.ok(!ran.some((line) => /^railway (init|add)/.test(line)), ran.join('\n'));
  const set = ran.find((line) => line.includes('--skip-deploys'));
  assert.ok(set?.includes('PUBLIC_URL=https://nes-x.up.railway.app'));
  assert.ok(!set?.includes('NES_SECRET'));
  assert.deepEqual(said.slice(-2), [
    'ready: https://nes-x.up.railway.app',
    'For GitHub Pages: gh variable set NES_API --body https://nes-x.up.railway.app',
  ]);
});

test('railway: the secret goes through standard input, a new project into the workspace that is named', async () => {
  const { it, ran, inputs } = world({
    'railway status': { code: 1 },
    'railway domain': { output: 'https://a.example' },
  });
  await deploy(options('railway', '--workspace', 'Our studio'), it);
  assert.ok(
    ran.some((line) => /^railway init --name nes --workspace .?Our studio/.test(line)),
    ran.join('\n'),
  );
  const secret = it.secret();
  assert.deepEqual(inputs, [secret]);
  assert.ok(!ran.some((line) => line.includes(secret)), 'no argument holds it');
});

test('a site elsewhere: links in mails lead there, and its origin may ask', async () => {
  for (const host of hosts) {
    const { it, ran, inputs } = world({ 'railway domain': { output: 'https://a.example' } });
    await deploy(options(host, '--site', 'https://me.github.io/nes/'), it);
    const told = [...ran, ...inputs].join('\n');
    assert.match(told, /PUBLIC_URL=https:\/\/me\.github\.io\/nes(?!\/)/);
    assert.match(told, /ALLOWED_ORIGINS=https:\/\/you\.github\.io,https:\/\/me\.github\.io(?!\/)/);
  }
});

test('render: a service that is there gets the image and keeps its variables', async () => {
  const { it, ran } = world({
    'render services --output json': {
      output: JSON.stringify([
        { service: { id: 'srv-0', name: 'other' } },
        { service: { id: 'srv-1', name: 'nes', serviceDetails: { url: 'https://nes-ab12.onrender.com' } } },
      ]),
    },
  });
  await deploy(options('render'), it);
  assert.equal(ran.at(-1), 'render deploys create srv-1 --image ghcr.io/you/repository:latest --wait --confirm');
});

test('render: a name that was taken gets another address, which is used and told', async () => {
  const { it, said } = world({
    'render services create': { output: '{"serviceDetails":{"url":"https://nes-zz9.onrender.com"}}' },
  });
  await deploy(options('render'), it);
  assert.ok(said.some((line) => line.includes('set PUBLIC_URL to https://nes-zz9.onrender.com')));
  assert.ok(said.includes('ready: https://nes-zz9.onrender.com'));
});

test('fly: secrets go through standard input; an app and a secret that are there are kept', async () => {
  const first = world({ 'fly status': { code: 1 } });
  await deploy(options('fly'), first.it);
  assert.ok(first.ran.includes('fly apps create nes'));
  assert.ok(!first.ran.some((line) => line.includes('pw')));
  assert.match(first.inputs[0] ?? '', /^DATABASE_URL=postgresql:\/\/u:pw@db\.example\/nes\?sslmode=require$/m);
  assert.match(first.inputs[0] ?? '', /^NES_SECRET=a secret/m);
  const again = world({ 'fly secrets list': { output: '[{"name":"NES_SECRET","digest":"x"}]' } });
  await deploy(options('fly'), again.it);
  assert.ok(!again.ran.includes('fly apps create nes'));
  assert.ok(!again.inputs[0]?.includes('NES_SECRET'));
});

test('wrong words are refused with what is right', () => {
  for (const [wrong, expected] of [
    [[], /^Usage: /],
    [['heroku'], /^Usage: /],
    [['fly'], /--database-url is missing: fly needs a PostgreSQL/],
    [['render', ...OUTSIDE], /--image is missing/],
    [['railway', '--name', 'My App'], /--name is "My App"/],
    [['railway', '--origin', 'https://you.github.io/nes'], /--origin holds "https:\/\/you\.github\.io\/nes"/],
    [['railway', '--colour'], /--colour/],
    [['railway', '--site', 'you.github.io'], /--site is "you\.github\.io"/],
    [['railway', '--regions', 'iad'], /--regions and --replica-url are for fly/],
    [['fly', ...OUTSIDE.slice(0, 2), '--regions', 'iad'], /--regions needs --redis-url/],
    [['fly', ...OUTSIDE, '--regions', 'iad,Sydney'], /--regions holds "Sydney"/],
  ] as [string[], RegExp][]) {
    assert.throws(
      () => readOptions(wrong),
      (error: Error) => error instanceof DeployError && expected.test(error.message),
    );
  }
});
