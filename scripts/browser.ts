/**
 * Finds a Chromium for tests, screenshots and measurements.
 *
 * Order: `CHROMIUM_PATH`; an installed Chrome or Chromium; the one inside the package `@sparticuz/chromium`
 * (Linux x64), unpacked once below `node_modules/.cache`. Its own libraries go on `LD_LIBRARY_PATH`, so a bare Debian will do.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export interface Browser {
  executablePath: string;
  /** Command line: software WebGL2, no sandbox where the account does not allow one, no calls home. */
  args: string[];
  /** The whole environment for the process. */
  env: Record<string, string>;
}

export class BrowserMissing extends Error {
  override name = 'BrowserMissing';
}

/** Software rendering everywhere, so that a machine with a graphics card draws the pixels a machine without one does. */
const graphics = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-quic',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--no-default-browser-check',
  '--no-first-run',
  '--no-pings',
];

/** @throws {BrowserMissing} with one sentence that says what was looked for and what to do. */
export async function findBrowser(environment: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const env = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const asked = environment.CHROMIUM_PATH;
  if (asked) {
    if (!isProgram(asked)) {
      throw new BrowserMissing(`CHROMIUM_PATH is "${asked}", but there is no program that can be run at that place.`);
    }
    return { executablePath: asked, args: commandLine(), env };
  }
  const installed = installedBrowser(environment);
  if (installed) return { executablePath: installed, args: commandLine(), env };
  return packagedBrowser(env);
}

function commandLine(): string[] {
  // Chromium refuses its sandbox to root; containers often forbid the user namespaces that it needs.
  const sandbox = process.platform === 'linux' ? ['--no-sandbox'] : [];
  return [...sandbox, ...graphics, ...quiet];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function installedBrowser(environment: NodeJS.ProcessEnv): string | undefined {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ].find(isProgram);
  }
  if (process.platform === 'win32') {
    const roots = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA];
    return roots
      .filter((root) => root !== undefined)
      .map((root) => join(root, 'Google', 'Chrome', 'Application', 'chrome.exe'))
      .find(isProgram);
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  return ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isProgram);
}

async function packagedBrowser(env: Record<string, string>): Promise<Browser> {
  const missing = (why: string) =>
    new BrowserMissing(
      `No browser was found: ${why}. Install Chrome or Chromium, or set CHROMIUM_PATH to the program of one.`,
    );
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw missing(`the packaged Chromium is for Linux on x64, and this machine is ${process.platform} ${process.arch}`);
  }
  let packageFolder: string;
  try {
    packageFolder = dirname(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')));
  } catch {
    throw missing('neither Chrome nor Chromium is on the PATH, and the package @sparticuz/chromium is not installed');
  }
  let folder: string;
  try {
    folder = await unpack(packageFolder);
  } catch (error) {
    throw missing(`unpacking @sparticuz/chromium failed (${(error as Error).message})`);
  }
  const libraries = join(folder, 'al2023', 'lib');
  return {
    executablePath: join(folder, 'chromium'),
    args: commandLine(),
    env: {
      ...env,
      LD_LIBRARY_PATH: env.LD_LIBRARY_PATH ? `${libraries}${delimiter}${env.LD_LIBRARY_PATH}` : libraries,
      // Fontconfig without any configuration finds no font at all, and text has no width.
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  };
}

/** Unpacks into a folder of its own and renames it when complete: processes that ask at once never see half a browser. */
async function unpack(packageFolder: string): Promise<string> {
  const { inflate } = await import('@sparticuz/chromium');
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const cache = writableCache(packageFolder);
  const folder = join(cache, `chromium-${manifest.version}`);
  if (existsSync(folder)) return folder;

  const unfinished = mkdtempSync(join(cache, 'unpacking-'));
  const before = process.env.TMPDIR;
  // The package always unpacks into the folder for temporary files.
  process.env.TMPDIR = unfinished;
  try {
    const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
    await Promise.all(archives.map((name) => inflate(join(packageFolder, 'bin', name))));
    // The package's own configuration names folders of one hosting service.
    writeFileSync(
      join(unfinished, 'fonts', 'fonts.conf'),
      `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig><dir>${join(folder, 'fonts')}</dir>` +
        `<dir>/usr/share/fonts</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir></fontconfig>\n`,
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function writableCache(packageFolder: string): string {
  const beside = join(dirname(dirname(packageFolder)), '.cache');
  for (const folder of [beside, join(tmpdir(), `nes-cache-${process.getuid?.() ?? 0}`)]) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {}
  }
  throw new Error(`neither ${beside} nor ${tmpdir()} can be written`);
}
