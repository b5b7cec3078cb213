import type { Program } from '@nes/program/model.ts';

/** What a sound file says of itself. */
export interface Tags {
  title: string;
  author?: string;
  /** PNG. */
  cover?: Uint8Array<ArrayBuffer>;
}

export interface Chapter {
  title: string;
  /** Seconds from the beginning of the file. */
  start: number;
  end: number;
}

/** More marks than a person looks through; the rest of a long program has none. */
const MOST_CHAPTERS = 255;

/** The phases of a program, in each pass, that a stretch of it has. */
export function chaptersOf(program: Program, fromSeconds: number, toSeconds: number): Chapter[] {
  const chapters: Chapter[] = [];
  let start = Math.floor(fromSeconds / program.durationSeconds) * program.durationSeconds;
  while (start < toSeconds && chapters.length < MOST_CHAPTERS) {
    for (const { name, durationSeconds } of program.phases) {
      const end = start + durationSeconds;
      if (end > fromSeconds && start < toSeconds && chapters.length < MOST_CHAPTERS) {
        chapters.push({
          title: name,
          start: Math.max(0, start - fromSeconds),
          end: Math.min(toSeconds, end) - fromSeconds,
        });
      }
      start = end;
    }
    if (program.phases.length === 0) break;
  }
  return chapters;
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A frame of ID3v2.3: name, size, no flags, content. */
function frame(name: string, ...content: Uint8Array[]): Uint8Array {
  const body = joined(content);
  return joined([latin(name), bigEndian(body.length), new Uint8Array(2), body]);
}

/** UTF-16 with its byte order mark, as ID3v2.3 has every other text than Latin-1. */
function text(value: string): Uint8Array {
  const bytes = new Uint8Array(3 + 2 * value.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  view.setUint16(1, 0xfffe);
  for (let index = 0; index < value.length; index++) view.setUint16(3 + 2 * index, value.charCodeAt(index), true);
  return bytes;
}

/**
 * An ID3v2.3 tag with title, author, cover and chapters (ID3v2 Chapter Frame Addendum 1.0), as it stands before an MP3
 * file's sound. The library that writes the file has no chapters.
 */
export function id3Tag({ title, author, cover }: Tags, chapters: readonly Chapter[]): Uint8Array<ArrayBuffer> {
  const frames = [frame('TIT2', text(title))];
  if (author) frames.push(frame('TPE1', text(author)));
  if (cover) frames.push(frame('APIC', latin('\0image/png\0'), Uint8Array.of(3, 0), cover));
  const id = (index: number) => latin(`c${index}\0`);
  if (chapters.length > 0) {
    const ids = chapters.map((_, index) => id(index));
    // Top-level and in order.
    frames.push(frame('CTOC', latin('toc\0'), Uint8Array.of(3, chapters.length), ...ids));
  }
  for (const [index, chapter] of chapters.entries()) {
    const unused = 0xffffffff;
    frames.push(
      frame(
        'CHAP',
        id(index),
        bigEndian(Math.round(chapter.start * 1000)),
        bigEndian(Math.round(chapter.end * 1000)),
        bigEndian(unused),
        bigEndian(unused),
        frame('TIT2', text(chapter.title)),
      ),
    );
  }
  const body = joined(frames);
  // Seven bits of each byte of the size count.
  const size = [21, 14, 7, 0].map((shift) => (body.length >>> shift) & 0x7f);
  return joined([latin('ID3'), Uint8Array.of(3, 0, 0, ...size), body]);
}

/** Chapters as comments of Ogg and FLAC files, by the names that players look for. */
export function chapterComments(chapters: readonly Chapter[]): Record<string, string> {
  const comments: Record<string, string> = {};
  for (const [index, { title, start }] of chapters.entries()) {
    const name = `CHAPTER${String(index + 1).padStart(3, '0')}`;
    comments[name] = new Date(Math.round(start * 1000)).toISOString().slice(11, 23);
    comments[`${name}NAME`] = title;
  }
  return comments;
}
