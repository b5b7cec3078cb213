/** Rows of a page when `first` and `last` are not given. */
export const DEFAULT_PAGE = 20;

/** The most that may be asked for. */
export const MAX_PAGE = 100;
