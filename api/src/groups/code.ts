import { randomCode, typedCode } from '../platform/codes.ts';

/** Letters of a group's code: 191 million codes. */
const LENGTH = 6;

export const newCode = (): string => randomCode(LENGTH);

/** The code that a person typed; null when it cannot be one. */
export const readCode = (typed: string): string | null => typedCode(typed, LENGTH);
