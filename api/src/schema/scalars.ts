import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';
import { isUuid } from '../platform/ids.ts';

/** Types of our scalars on the way in and out, for the builder. */
export type Scalars = {
  DateTime: { Input: Date; Output: Date };
  Date: { Input: string; Output: string };
  UUID: { Input: string; Output: string };
  JSON: { Input: unknown; Output: unknown };
  ID: { Input: string; Output: string };
};

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** Moments outside of these are mistakes, and some would not fit into the database. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

function parseDateTime(value: unknown): Date {
  if (typeof value === 'string' && DATE_TIME.test(value)) {
    const date = new Date(value);
    const time = date.getTime();
    if (time >= EARLIEST && time < LATEST) return date;
  }
  throw new GraphQLError('DateTime must be like "2026-01-31T12:00:00.000Z", between 2000 and 2199.');
}

function parseDate(value: unknown): string {
  if (typeof value === 'string') {
    const parts = DATE.exec(value);
    const date = parts && new Date(`${value}T00:00:00Z`);
    if (date && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)) {
      if (date.getTime() >= EARLIEST && date.getTime() < LATEST) return value;
    }
  }
  throw new GraphQLError('Date must be a day of the calendar like "2026-01-31", between 2000 and 2199.');
}

function parseUuid(value: unknown): string {
  if (typeof value === 'string') {
    const text = value.toLowerCase();
    if (isUuid(text)) return text;
  }
  throw new GraphQLError('UUID must be like "0190a6f0-7c1e-7abc-8def-0123456789ab".');
}

function literal<T>(parse: (value: unknown) => T) {
  return (node: ValueNode): T => parse(node.kind === Kind.STRING ? node.value : undefined);
}

const MAX_DEPTH = 16;

/**
 * JSON as it came. Deeper than 16 levels, keys that mean something to JavaScript (`__proto__`, `constructor`, `prototype`)
 * and text with NUL or half a surrogate pair are refused: PostgreSQL stores neither of the latter.
 */
function parseJson(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new GraphQLError(`JSON must be at most ${MAX_DEPTH} levels deep.`);
  if (typeof value === 'string') {
    if (!isStorable(value)) throw new GraphQLError('JSON must not hold NUL or half a surrogate pair.');
    return value;
  }
  if (Array.isArray(value)) {
    for (const item of value) parseJson(item, depth + 1);
    return value;
  }
  if (value !== null && typeof value === 'object') {
    for (const [key, part] of Object.entries(value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype' || !isStorable(key)) {
        throw new GraphQLError(`JSON must not have the key ${JSON.stringify(key)}.`);
      }
      parseJson(part, depth + 1);
    }
    return value;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new GraphQLError('JSON numbers must be finite.');
  return value;
}

/** True for text that PostgreSQL can keep: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The scalars by name, as the builder adds them. */
export const scalars = {
  DateTime: new GraphQLScalarType<Date, string>({
    name: 'DateTime',
    description: 'A moment in UTC, ISO 8601 with milliseconds: `2026-01-31T12:00:00.000Z`.',
    serialize: (value) => (value instanceof Date ? value : new Date(value as string)).toISOString(),
    parseValue: parseDateTime,
    parseLiteral: literal(parseDateTime),
  }),
  Date: new GraphQLScalarType<string, string>({
    name: 'Date',
    description: 'A day of the calendar: `2026-01-31`.',
    serialize: (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : String(value)),
    parseValue: parseDate,
    parseLiteral: literal(parseDate),
  }),
  UUID: new GraphQLScalarType<string, string>({
    name: 'UUID',
    description: 'A UUID in lower-case text: `0190a6f0-7c1e-7abc-8def-0123456789ab`.',
    serialize: String,
    parseValue: parseUuid,
    parseLiteral: literal(parseUuid),
  }),
  JSON: new GraphQLScalarType<unknown, unknown>({
    name: 'JSON',
    description: 'A JSON value: a program in the form of program/program.schema.json, or a document for a file.',
    serialize: (value) => value,
    parseValue: (value) => parseJson(value),
    parseLiteral: (node, variables) => parseJson(valueFromASTUntyped(node, variables)),
  }),
};
