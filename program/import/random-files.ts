/** Files of random content, to try importers on: the same from the same numbers. */

/** Numbers from 0 to 1, the same in every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A Gnaural schedule of two to eight voices, values out of range and of unequal length among them. */
export function schedule(next: () => number): string {
  const pick = (values: readonly number[]) => values[Math.floor(next() * values.length)] as number;
  const decimal = (most: number) => Number((next() * most).toFixed(Math.floor(next() * 5)));
  const voices = Array.from({ length: 2 + Math.floor(next() * 7) }, (_, index) => {
    const entries = Array.from({ length: 1 + Math.floor(next() * 6) }, () => {
      const duration = pick([0, decimal(0.2), decimal(5), decimal(3000), 0.7, 1.6, 2.25]);
      const volume = () => pick([0, decimal(1), decimal(1), -2.6e-19, -0.1, decimal(3)]);
      const beat = pick([0, decimal(40), -decimal(40), decimal(300)]);
      const base = pick([decimal(500), decimal(500), -decimal(300), 44_000, 0]);
      return `<entry parent="${index}" duration="${duration}" volume_left="${volume()}" volume_right="${volume()}" beatfreq="${beat}" basefreq="${base}" state="0"/>`;
    });
    const type = pick([0, 0, 0, 1, 2, 3, 4, 5, 6, 7]);
    return `<voice><description>v</description><type>${type}</type><voice_mono>${pick([0, 1])}</voice_mono><entries>${entries.join('\n')}</entries></voice>`;
  });
  return `<schedule><loops>${pick([0, 1, 3])}</loops><overallvolume_left>${pick([1, 0.5])}</overallvolume_left><stereoswap>${pick([0, 1])}</stereoswap>${voices.join('')}</schedule>`;
}

/** An SBaGen sequence with words of SBaGen+ and SBaGenX; some are out of order. */
export function sequence(next: () => number): string {
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  const number = (most: number) => Number((next() * most).toFixed(Math.floor(next() * 3)));
  const signed = (most: number) => `${next() < 0.2 ? '-' : '+'}${number(most)}`;
  const tone = () =>
    pick([
      () => '-',
      () => `${number(400)}${signed(30)}/${number(60)}`,
      () => `-${number(400)}${signed(300)}/${number(60)}`,
      () => `${number(400)}/-${number(40)}`,
      () => `${number(30000)}${signed(9)}/${number(300)}`,
      () => `pink/${number(60)}`,
      () => `mix/${number(100)}`,
      () => `bell${signed(1500)}/${number(60)}`,
      () => `spin:${signed(6000)}${signed(12)}/${number(50)}`,
      () => `wave01:${number(300)}${signed(9)}/${number(50)}`,
      () => `${number(300)}@${number(150)}/${number(50)}`,
      () => `${number(300)}M${number(150)}/${number(50)}`,
      () => `square:bspin:${number(900)}${signed(9)}/${number(50)}`,
      () => `orbitbeat:${number(300)}${signed(9)}/${number(50)}`,
      () => `noisebeat:${number(9)}/${number(50)}`,
    ])();
  const lines = [pick(['-SE', '-E', '-q 7', '', '-S', '-T 01:30', '-L 02:00']), pick(['', '-F 1000', '-F 0'])];
  lines.push('wave01: 1 3 2 0');
  const names = Array.from({ length: 2 + Math.floor(next() * 5) }, (_, n) => `ts${n}`);
  for (const name of names)
    lines.push(`${name}: ${Array.from({ length: 1 + Math.floor(next() * 18) }, tone).join(' ')}`);
  let at = Math.floor(next() * 3600);
  for (let n = 0; n < 2 + next() * 8; n++) {
    const clock = [at / 3600, (at / 60) % 60, at % 60]
      .map((part) => String(Math.floor(part)).padStart(2, '0'))
      .join(':');
    const fade = pick(['', '', '==', '<>', '--', '=>']);
    lines.push(`${pick(['', '', 'NOW+'])}${clock} ${fade} ${pick(names)} ${pick(['', '->'])}`);
    at += pick([0, 1, 30, 600, 5000]);
  }
  return lines.filter((line) => line !== '').join('\n');
}

/** A SynapSeq sequence of two to four presets, one of them from a template; values out of range among them. */
export function synapse(next: () => number): string {
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  const number = (most: number) => Number(((next() < 0.15 ? -1 : 1) * next() * most).toFixed(Math.floor(next() * 3)));
  const amplitude = () =>
    next() < 0.4 ? `amplitude left ${number(60)} right ${number(60)}` : `amplitude ${number(60)}`;
  const effect = () =>
    next() < 0.3
      ? `effect ${pick(['pan', 'modulation', 'doppler', 'shift'])} ${number(9)} intensity ${number(100)} `
      : '';
  const track = () =>
    pick([
      () => `tone ${number(400)} ${pick(['binaural', 'monaural', 'isochronic'])} ${number(40)} `,
      () =>
        `waveform ${pick(['sine', 'square', 'triangle', 'sawtooth'])} tone ${number(20_000)} binaural ${number(300)} `,
      () => `tone ${number(400)} `,
      () => `noise ${pick(['white', 'pink', 'brown'])} ${next() < 0.3 ? `smooth ${number(100)} ` : ''}`,
    ])();
  const preset = (name: string) =>
    `${name}\n${Array.from({ length: 1 + Math.floor(next() * 6) }, () => `  ${track()}${effect()}${amplitude()}`).join('\n')}`;
  const names = Array.from({ length: 1 + Math.floor(next() * 3) }, (_, n) => `set${n}`);
  const change = pick(['tone', 'amplitude', 'left', 'right', 'binaural']);
  const times: string[] = [];
  let at = 0;
  for (let n = 0; n < 2 + next() * 6; n++) {
    const clock = [at / 3600, (at / 60) % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, '0'));
    times.push(
      `${clock.join(':')} ${pick([...names, 'derived', 'silence'])} ${pick(['', 'steady', 'smooth', 'ease-in', 'ease-out'])}`,
    );
    at += pick([1, 2, 30, 600]);
  }
  return [
    `@volume ${pick([100, 50, 0])}`,
    ...names.map(preset),
    `${preset('base as template')}`,
    `derived from base\n  track 1 ${change} ${number(50)}`,
    ...times,
  ].join('\n');
}

/** Some characters of a text changed, left out, doubled or exchanged. */
export function mutated(text: string, next: () => number): string {
  let made = text;
  for (let turn = 0; turn < 1 + next(); turn++) {
    const at = Math.floor(next() * made.length);
    const length = Math.floor(next() * 6);
    const piece = made.slice(at, at + length);
    const other = ['', piece + piece, '-', '0', '1e99', '/', ' ', '&', '<', '"', '+', ':', '\n', '.', 'NaN'];
    made = made.slice(0, at) + other[Math.floor(next() * other.length)] + made.slice(at + length);
  }
  return made;
}
