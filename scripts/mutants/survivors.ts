/** Changes that no test notices, each with the reason why that is so: what scripts/mutants.ts tells beside those that survive. */
export interface Survivor {
  file: string;
  /** The text that was changed, and what it became. */
  code: string;
  becomes: string;
  why: string;
}

const documents = 'api/src/http/document-limits.ts';
const cache = 'api/src/http/answer-cache.ts';
const check = 'program/check.ts';
const stack = 'a document within the limit of tokens nests 500 deep at most, which no stack of Node ends at';
const words =
  'graphql-js throws nothing but syntax errors with a place here; what stands beside is for a release that does';

export const survivors: Survivor[] = [
  {
    file: 'api/src/schema/can.ts',
    code: 'userId !== null',
    becomes: 'true',
    why: 'nobody has the id null, so the comparison after it says the same; it is there for the reader and the compiler',
  },
  {
    file: documents,
    code: "{ // Braces nested so deep that the parser's stack ended. throw limitExceeded('tokens', 'The document is nested too deep.'); }",
    becomes: '{}',
    why: stack,
  },
  { file: documents, code: "'tokens'", becomes: '""', why: stack },
  { file: documents, code: "'The document is nested too deep.'", becomes: '""', why: stack },
  { file: documents, code: '!(error instanceof GraphQLError)', becomes: 'false', why: stack },
  { file: documents, code: "'Error'", becomes: '""', why: words },
  { file: documents, code: "''", becomes: '"Stryker was here!"', why: words },
  { file: documents, code: 'locations?.[0]', becomes: 'locations[0]', why: words },
  { file: documents, code: '/^Syntax Error/', becomes: '/Syntax Error/', why: words },
  {
    file: documents,
    code: 'open.delete(name);',
    becomes: ';',
    why: 'its depth is known from then on, and that is looked at first',
  },
  {
    file: documents,
    code: 'depth > deepest',
    becomes: 'depth >= deepest',
    why: 'the larger of two equal depths is either',
  },
  {
    file: documents,
    code: 'Array.isArray(value)',
    becomes: 'false',
    why: 'the entries of a list are its items, and their keys are digits; it saves making them',
  },
  {
    file: 'api/src/http/admission.ts',
    code: 'more > 0',
    becomes: 'more >= 0',
    why: 'to spend nothing changes nothing',
  },
  {
    file: cache,
    code: 'generation++',
    becomes: 'generation--',
    why: 'any number that was not there before does; it is compared for being the same only',
  },
  {
    file: cache,
    code: 'kept.size === 0',
    becomes: 'false',
    why: 'an empty cache has no answer either; it saves the key where nothing is kept',
  },
  {
    file: cache,
    code: 'key === null',
    becomes: 'false',
    why: 'what is kept under null is never found, since each place that asks looks for null; the compiler asks for it',
  },
  {
    file: 'api/src/sessions/transition.ts',
    code: 'lastEnd >= 0',
    becomes: 'lastEnd > 0',
    why: 'a log that begins with its end is refused at that end, before anything comes after it',
  },
  {
    file: check,
    code: '[]',
    becomes: '["Stryker was here"]',
    why: 'a field of that name, which no kind has, or a voice that is none, after whose fault nothing is given',
  },
  {
    file: check,
    code: "typeof value === 'number'",
    becomes: 'true',
    why: 'the comparisons after it hold for whole numbers alone; it is there for the compiler',
  },
  {
    file: check,
    code: 'time > before',
    becomes: 'time >= before',
    why: 'the same moment is the same moment',
  },
  {
    file: check,
    code: "field.type === 'number'",
    becomes: 'true',
    why: 'only numbers may be optional; it is there for the compiler',
  },
  {
    file: check,
    code: 'Math.abs(sum - durationSeconds) > 1e-6 * Math.max(1, durationSeconds)',
    becomes: 'Math.abs(sum - durationSeconds) >= 1e-6 * Math.max(1, durationSeconds)',
    why: 'what is off by just that much is rounding either way',
  },
  {
    file: check,
    code: 'highest.level * program.gain > 1 + ROUNDING',
    becomes: 'highest.level * program.gain >= 1 + ROUNDING',
    why: 'what is over by just that much is rounding either way',
  },
];
