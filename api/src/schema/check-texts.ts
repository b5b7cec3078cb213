import { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'It must be a text.',
  number: 'It must be a number.',
  int: 'It must be a whole number.',
  boolean: 'It must be true or false.',
  array: 'It must be a list.',
  object: 'It must be an object.',
};

/**
 * What a check says that has no words of its own: zod's own are English in every language, and of programmers. One process has one such
 * function, so whoever makes checks for people imports this file. `undefined` leaves zod's words.
 */
function told(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected];
    case 'too_big':
      if (issue.origin === 'string') return `At most ${issue.maximum} characters are allowed.`;
      return issue.origin === 'array' ? `At most ${issue.maximum} entries are allowed.` : `At most ${issue.maximum}.`;
    case 'too_small':
      if (issue.origin === 'string') return `At least ${issue.minimum} characters are needed.`;
      return issue.origin === 'array' ? `At least ${issue.minimum} entries are needed.` : `At least ${issue.minimum}.`;
    case 'unrecognized_keys':
      return `There is no field ${issue.keys.join(', ')}.`;
    default:
      return undefined;
  }
}

z.config({ customError: told });
