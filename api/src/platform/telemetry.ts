import type { Config } from '../config.ts';

/** Log levels in rising order. */
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
type Level = (typeof LEVELS)[number];

export type Fields = Record<string, string | number | boolean | null | undefined>;

/** One line an event; fields beside the message. Tokens, passwords and answers to questions never go in. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

export function createLog(
  config: Pick<Config, 'logLevel' | 'logFormat'>,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Log {
  const least = LEVELS.indexOf(config.logLevel);
  const line =
    (level: Level) =>
    (message: string, fields: Fields = {}) => {
      if (LEVELS.indexOf(level) < least) return;
      if (config.logFormat === 'json') {
        write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
        return;
      }
      const rest = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => ` ${name}=${typeof value === 'string' ? oneLine(value) : value}`)
        .join('');
      write(`${level === 'info' ? '' : `${level}: `}${oneLine(message)}${rest}\n`);
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

/** What a person sent cannot begin a line of its own in the log, nor move the terminal's cursor. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
}
