/** What of a protocol can be found, in the language of the page. */
export interface Searchable {
  title: string;
  summary: string;
  description?: string;
  /** `SLEEP`, `FOCUS`, … */
  category: string;
  categoryName: string;
  tags: readonly string[];
  /** Made to compare with another: comes after what was made to be heard. */
  control: boolean;
  /** Band names, and who made it. */
  more?: readonly string[];
}

/**
 * What people type when they mean a category: complaints, situations and plain words, in the languages of the application. It
 * says where to look, not what helps. A word may lead to several categories, the first of them best.
 */
const meanings: Record<string, readonly string[]> = {
  sleep: ['SLEEP', 'NAP'],
  insomnia: ['SLEEP'],
  sleepless: ['SLEEP'],
  asleep: ['SLEEP'],
  bed: ['SLEEP'],
  bedtime: ['SLEEP'],
  dream: ['SLEEP'],
  lucid: ['SLEEP', 'MEDITATION'],
  snoring: ['SLEEP'],
  jetlag: ['SLEEP', 'WAKE_UP'],
  schlaf: ['SLEEP', 'NAP'],
  schlaflos: ['SLEEP'],
  einschlafen: ['SLEEP'],
  schlafen: ['SLEEP'],
  traum: ['SLEEP'],
  dormir: ['SLEEP'],
  sueno: ['SLEEP'],
  insomnio: ['SLEEP'],
  sommeil: ['SLEEP'],
  insomnie: ['SLEEP'],
  anxiety: ['STRESS_RELIEF', 'BREATHING', 'RELAXATION'],
  anxious: ['STRESS_RELIEF', 'BREATHING', 'RELAXATION'],
  worry: ['STRESS_RELIEF', 'RELAXATION'],
  fear: ['STRESS_RELIEF', 'BREATHING'],
  panic: ['BREATHING', 'STRESS_RELIEF'],
  stress: ['STRESS_RELIEF', 'RELAXATION'],
  stressed: ['STRESS_RELIEF', 'RELAXATION'],
  overwhelmed: ['STRESS_RELIEF', 'BREATHING'],
  burnout: ['STRESS_RELIEF', 'RELAXATION'],
  nervous: ['STRESS_RELIEF', 'BREATHING'],
  anger: ['STRESS_RELIEF', 'BREATHING'],
  depression: ['RELAXATION', 'ENERGY', 'MEDITATION'],
  sad: ['RELAXATION', 'ENERGY'],
  mood: ['RELAXATION', 'ENERGY'],
  angst: ['STRESS_RELIEF', 'BREATHING', 'RELAXATION'],
  sorgen: ['STRESS_RELIEF', 'RELAXATION'],
  unruhe: ['STRESS_RELIEF', 'RELAXATION'],
  ansiedad: ['STRESS_RELIEF', 'BREATHING', 'RELAXATION'],
  estres: ['STRESS_RELIEF', 'RELAXATION'],
  anxiete: ['STRESS_RELIEF', 'BREATHING', 'RELAXATION'],
  angoisse: ['STRESS_RELIEF', 'BREATHING', 'RELAXATION'],
  relax: ['RELAXATION', 'STRESS_RELIEF'],
  calm: ['STRESS_RELIEF', 'RELAXATION'],
  unwind: ['RELAXATION'],
  headache: ['RELAXATION', 'STRESS_RELIEF'],
  migraine: ['RELAXATION', 'STRESS_RELIEF'],
  pain: ['RELAXATION', 'STRESS_RELIEF'],
  tinnitus: ['RELAXATION', 'SLEEP'],
  tension: ['RELAXATION', 'STRESS_RELIEF'],
  entspannung: ['RELAXATION'],
  entspannen: ['RELAXATION'],
  kopfschmerzen: ['RELAXATION', 'STRESS_RELIEF'],
  schmerzen: ['RELAXATION', 'STRESS_RELIEF'],
  relajacion: ['RELAXATION'],
  detente: ['RELAXATION'],
  focus: ['FOCUS', 'STUDY'],
  concentrate: ['FOCUS', 'STUDY'],
  concentration: ['FOCUS', 'STUDY'],
  attention: ['FOCUS'],
  adhd: ['FOCUS'],
  add: ['FOCUS'],
  work: ['FOCUS'],
  coding: ['FOCUS'],
  programming: ['FOCUS'],
  flow: ['FOCUS', 'CREATIVITY'],
  productivity: ['FOCUS', 'STUDY'],
  konzentration: ['FOCUS', 'STUDY'],
  arbeit: ['FOCUS'],
  concentracion: ['FOCUS', 'STUDY'],
  trabajo: ['FOCUS'],
  travail: ['FOCUS'],
  study: ['STUDY', 'FOCUS'],
  studying: ['STUDY', 'FOCUS'],
  exam: ['STUDY', 'FOCUS'],
  homework: ['STUDY', 'FOCUS'],
  learning: ['STUDY'],
  memory: ['STUDY'],
  reading: ['STUDY', 'FOCUS'],
  pomodoro: ['STUDY', 'FOCUS'],
  lernen: ['STUDY', 'FOCUS'],
  estudiar: ['STUDY', 'FOCUS'],
  etudier: ['STUDY', 'FOCUS'],
  energy: ['ENERGY', 'WAKE_UP'],
  tired: ['ENERGY', 'NAP', 'WAKE_UP'],
  fatigue: ['ENERGY', 'NAP'],
  motivation: ['ENERGY', 'FOCUS'],
  workout: ['ENERGY'],
  sport: ['ENERGY'],
  mude: ['ENERGY', 'NAP'],
  energie: ['ENERGY', 'WAKE_UP'],
  cansado: ['ENERGY', 'NAP'],
  meditation: ['MEDITATION'],
  meditate: ['MEDITATION'],
  mindfulness: ['MEDITATION', 'BREATHING'],
  zen: ['MEDITATION'],
  yoga: ['MEDITATION', 'BREATHING'],
  spiritual: ['MEDITATION'],
  hypnosis: ['MEDITATION', 'RELAXATION'],
  astral: ['MEDITATION'],
  meditar: ['MEDITATION'],
  creative: ['CREATIVITY'],
  creativity: ['CREATIVITY'],
  ideas: ['CREATIVITY'],
  writing: ['CREATIVITY', 'FOCUS'],
  art: ['CREATIVITY'],
  kreativ: ['CREATIVITY'],
  nap: ['NAP'],
  siesta: ['NAP'],
  powernap: ['NAP'],
  break: ['NAP', 'RELAXATION'],
  nickerchen: ['NAP'],
  mittagsschlaf: ['NAP'],
  sieste: ['NAP'],
  wake: ['WAKE_UP'],
  morning: ['WAKE_UP', 'ENERGY'],
  alarm: ['WAKE_UP'],
  coffee: ['WAKE_UP', 'ENERGY'],
  aufwachen: ['WAKE_UP'],
  despertar: ['WAKE_UP'],
  reveil: ['WAKE_UP'],
  breath: ['BREATHING'],
  breathe: ['BREATHING'],
  breathing: ['BREATHING'],
  coherence: ['BREATHING'],
  hrv: ['BREATHING'],
  asthma: ['BREATHING'],
  atmen: ['BREATHING'],
  atem: ['BREATHING'],
  respirar: ['BREATHING'],
  respirer: ['BREATHING'],
  placebo: ['CONTROL'],
};

/** Lower case, without accents. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words that say nothing about what is looked for. */
const empty = new Set(
  'a an the to for of in on at with my me i and or help some is fur der die das zu im mit und el la de para con y le les pour et un une'.split(
    ' ',
  ),
);

/**
 * Changes of one letter (put in, left out, exchanged, or two swapped) between two words; counts no further than `most`.
 * Optimal string alignment distance.
 */
function slips(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, (last[j - 1] as number) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] as number) + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] as number;
}

/** How well a typed word fits a word of a text: 1 the same, less for a beginning, least for a slip of the key; 0 not at all. */
function fit(typed: string, word: string): number {
  if (typed === word) return 1;
  if (word.startsWith(typed)) return typed.length >= 3 ? 0.8 : 0.4;
  // Forms of the same word: sleeping, sleeps, asleep is its own.
  if (word.length >= 4 && typed.startsWith(word)) return 0.7;
  if (typed.length < 4 || word.length < 4) return 0;
  const most = typed.length >= 8 ? 2 : 1;
  const wrong = slips(typed, word, most);
  return wrong <= most ? 0.6 - 0.1 * wrong : 0;
}

/** Categories that a typed word means, with weights: the first of a meaning counts most. */
function meant(typed: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [word, categories] of Object.entries(meanings)) {
    const fits = fit(typed, word);
    if (fits < 0.4) continue;
    categories.forEach((category, place) => {
      const weight = fits * (1 - 0.25 * place);
      found.set(category, Math.max(found.get(category) ?? 0, weight));
    });
  }
  return found;
}

/** The words of a typed text by which something is looked for: lower case, without accents; all of them where none says more than `the`. */
export function searchWords(text: string): string[] {
  const all = wordsOf(text);
  const typed = all.filter((word) => !empty.has(word));
  return typed.length > 0 ? typed : all;
}

/** Categories that these words mean. */
export const categoriesMeant = (words: readonly string[]): string[] => [
  ...new Set(words.flatMap((word) => [...meant(word).keys()])),
];

interface Indexed {
  fields: readonly { weight: number; words: readonly string[] }[];
  category: string;
  control: boolean;
  whole: string;
}

const indexOf = (one: Searchable): Indexed => ({
  category: one.category,
  control: one.control,
  whole: plain(one.title),
  fields: [
    { weight: 10, words: wordsOf(one.title) },
    { weight: 6, words: wordsOf(one.categoryName) },
    { weight: 5, words: one.tags.flatMap(wordsOf) },
    { weight: 4, words: (one.more ?? []).flatMap(wordsOf) },
    { weight: 3, words: wordsOf(one.summary) },
    { weight: 1, words: wordsOf(one.description ?? '') },
  ],
});

/** A text to search many things by: their words are taken apart once. */
export class SearchIndex<T> {
  readonly #entries: readonly { thing: T; indexed: Indexed }[];

  /** @param things in the order that holds among equals */
  constructor(things: readonly T[], describe: (thing: T) => Searchable) {
    this.#entries = things.map((thing) => ({ thing, indexed: indexOf(describe(thing)) }));
  }

  /**
   * What fits a typed text, best first. Every word must fit, in the texts or by what it means; where nothing fits all of them,
   * what fits the most. Everything, in its order, where nothing was typed.
   */
  find(text: string): T[] {
    const words = searchWords(text);
    if (words.length === 0) return this.#entries.map(({ thing }) => thing);
    const senses = words.map(meant);
    const scored = this.#entries.map(({ thing, indexed }, place) => {
      let sum = 0;
      let hits = 0;
      words.forEach((word, index) => {
        let best = 9 * (senses[index]?.get(indexed.category) ?? 0);
        let also = 0;
        for (const { weight, words: there } of indexed.fields) {
          const fits = there.reduce((most, one) => Math.max(most, fit(word, one)), 0);
          best = Math.max(best, weight * fits);
          also += 0.2 * weight * fits;
        }
        if (best > 0) hits++;
        sum += best + also;
      });
      if (indexed.whole === plain(text).trim()) sum += 20;
      return { thing, sum, hits, place, control: indexed.control };
    });
    const most = Math.max(...scored.map(({ hits }) => hits));
    if (most === 0) return [];
    const found = scored.filter(({ hits }) => hits === most);
    const best = Math.max(...found.map(({ sum }) => sum));
    // A slip that also happens to resemble some far word must not drown what was meant.
    return found
      .filter(({ sum }) => sum >= 0.12 * best)
      .sort((a, b) => Number(a.control) - Number(b.control) || b.sum - a.sum || a.place - b.place)
      .map(({ thing }) => thing);
  }
}
