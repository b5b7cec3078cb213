/** Where a database is, for people: host, port and name, never the password. */
export function placeOf(url: string): string {
  try {
    const { hostname, port, pathname, searchParams } = new URL(url);
    const host = searchParams.get('host') ?? hostname;
    return `${host}${port ? `:${port}` : ''}${decodeURIComponent(pathname)}`;
  } catch {
    return 'the given address';
  }
}
