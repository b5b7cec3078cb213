import type { Context } from '../schema/context.ts';
import { unauthenticated } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Who acts. The scope `admin` of the field has asked for the right already. */
export function administrator({ viewer }: Context): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}
