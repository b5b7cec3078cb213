/**
 * `npm run verify-trial -- FILE [--plan SHA256] [--head SHA256]` checks the JSON export of a trial: whether plan, order, records and answer fit
 * each other and the hashes that were made on the way. `--plan` and `--head` are hashes known from elsewhere (written down at the start, or
 * kept by a server): with them also a file is found whose hashes were all made anew. Exit code 2: wrong use; 1: it does not hold.
 */
import { verify } from '@nes/trials/verify.ts';
import { readFlags, readJson, runCommand, UseError } from './program-command.ts';

const USE = 'npm run verify-trial -- FILE [--plan SHA256] [--head SHA256]';

async function main(): Promise<void> {
  const { values, files } = readFlags(['plan', 'head']);
  const [file, ...rest] = files;
  if (!file || rest.length > 0) throw new UseError(`expected one name, got ${files.length}`);
  for (const name of ['plan', 'head']) {
    const value = values[name];
    if (value !== undefined && !/^[0-9a-f]{64}$/.test(value))
      throw new UseError(`--${name} is "${value}"; expected 64 hexadecimal digits`);
  }
  const document = await readJson(file);
  const { faults, notes, planHash, head } = await verify(document, { planHash: values.plan, head: values.head });
  for (const note of notes) console.log(note);
  for (const fault of faults) console.log(`FAULT ${fault}`);
  if (planHash) console.log(`plan ${planHash}`);
  if (head) console.log(`head ${head}`);
  if (faults.length > 0) throw new Error(`${file}: the trial does not hold`);
  console.log('The trial holds.');
}

await runCommand(USE, main);
