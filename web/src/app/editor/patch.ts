/**
 * The difference of two plain values, kept small: an edit of one of 10,000 keyframes costs one keyframe. History is made
 * of these, so that it needs no end.
 */
export type Patch =
  | { kind: 'value'; before: unknown; after: unknown }
  | { kind: 'fields'; fields: Record<string, Patch> }
  | { kind: 'items'; items: [index: number, patch: Patch][] }
  | { kind: 'splice'; start: number; removed: unknown[]; inserted: unknown[] };

/** Up to so many changed items of a list are looked into one by one. */
const FEW = 64;

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What leads from `before` to `after`, or null where nothing differs. Parts that are the same object are not looked into. */
export function patchOf(before: unknown, after: unknown): Patch | null {
  if (Object.is(before, after)) return null;
  if (Array.isArray(before) && Array.isArray(after)) return listPatch(before, after);
  if (isFields(before) && isFields(after)) return fieldsPatch(before, after);
  return { kind: 'value', before, after };
}

function fieldsPatch(before: Fields, after: Fields): Patch | null {
  // A field that comes or goes changes the shape; then the whole is kept, which is small everywhere but in a voice.
  const names = Object.keys(before);
  if (names.length !== Object.keys(after).length || !names.every((name) => Object.hasOwn(after, name))) {
    return { kind: 'value', before, after };
  }
  const fields: Record<string, Patch> = {};
  for (const name of names) {
    const patch = patchOf(before[name], after[name]);
    if (patch) fields[name] = patch;
  }
  return Object.keys(fields).length > 0 ? { kind: 'fields', fields } : null;
}

function listPatch(before: unknown[], after: unknown[]): Patch | null {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && Object.is(before[start], after[start])) start++;
  let end = 0;
  while (end < shorter - start && Object.is(before[before.length - 1 - end], after[after.length - 1 - end])) end++;
  if (before.length !== after.length) {
    const removed = before.slice(start, before.length - end);
    return { kind: 'splice', start, removed, inserted: after.slice(start, after.length - end) };
  }
  let different = 0;
  for (let index = start; index < before.length - end && different <= FEW; index++) {
    if (!Object.is(before[index], after[index])) different++;
  }
  // Of many, the objects themselves are kept: they are there anyway, on this side or on that.
  if (different > FEW) {
    const stop = before.length - end;
    return { kind: 'splice', start, removed: before.slice(start, stop), inserted: after.slice(start, stop) };
  }
  const items: [number, Patch][] = [];
  for (let index = start; index < before.length - end; index++) {
    const patch = patchOf(before[index], after[index]);
    if (patch) items.push([index, patch]);
  }
  return items.length > 0 ? { kind: 'items', items } : null;
}

/** Applies a patch to the value that it was made from; with `back` to the value that it leads to. Changes nothing in place. */
export function applyPatch<T>(value: T, patch: Patch, back = false): T {
  return applied(value, patch, back) as T;
}

function applied(value: unknown, patch: Patch, back: boolean): unknown {
  switch (patch.kind) {
    case 'value':
      return back ? patch.before : patch.after;
    case 'fields': {
      const copy: Fields = { ...(value as Fields) };
      for (const [name, inner] of Object.entries(patch.fields)) copy[name] = applied(copy[name], inner, back);
      return copy;
    }
    case 'items': {
      const copy = [...(value as unknown[])];
      for (const [index, inner] of patch.items) copy[index] = applied(copy[index], inner, back);
      return copy;
    }
    case 'splice': {
      const [removed, inserted] = back ? [patch.inserted, patch.removed] : [patch.removed, patch.inserted];
      const list = value as unknown[];
      return [...list.slice(0, patch.start), ...inserted, ...list.slice(patch.start + removed.length)];
    }
  }
}
