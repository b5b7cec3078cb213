/** Languages that mails, errors and the built-in library are written in; the first is what everybody else gets. */
export const languages = ['en', 'es', 'fr', 'de'] as const;
export type Language = (typeof languages)[number];

/** The language that an `Accept-Language` header (RFC 9110, 12.5.4) likes best among ours; English where it likes none. */
export function acceptedLanguage(header: string | null): Language {
  const ranges = (header ?? '').slice(0, 500).split(',');
  const liked = ranges.flatMap((range) => {
    const [, code = '', weight = '1'] =
      /^\s*([a-z]{2})(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i.exec(range) ?? [];
    const language = languages.find((one) => one === code.toLowerCase());
    return language && Number(weight) > 0 ? [{ language, weight: Number(weight) }] : [];
  });
  return liked.sort((one, other) => other.weight - one.weight)[0]?.language ?? languages[0];
}
