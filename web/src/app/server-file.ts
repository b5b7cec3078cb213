import { accessToken } from '../data/account.ts';
import { apiAddress } from '../data/address.ts';
import { saveFile } from './download.ts';

/**
 * Fetches a file of the person's own from the server, such as `export/sessions.csv`, and hands it over.
 * @throws where the server cannot be reached or refuses
 */
export async function saveFromServer(path: string, name: string): Promise<void> {
  const api = apiAddress();
  if (!api) throw new Error('This application was built without a server.');
  const token = await accessToken();
  const response = await fetch(new URL(path, api), {
    headers: token ? { authorization: `Bearer ${token}` } : {},
    credentials: 'omit',
  });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  saveFile(await response.blob(), name);
}
