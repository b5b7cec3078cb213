/** Most that one person's lists, plan of the day and favourites hold. A device says so before it keeps more; the server refuses it. */
export const LIST_LIMITS = {
  lists: 100,
  /** In one list. */
  items: 200,
  plan: 100,
  favourites: 500,
  /** Characters of a list's name. */
  name: 100,
  /** Characters of an item's title. */
  title: 120,
  itemSeconds: 86_400,
  crossFadeSeconds: 600,
  gapSeconds: 3_600,
  /** All of it as JSON. */
  bytes: 64 * 1024,
} as const;
