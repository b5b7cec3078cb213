import { account } from './account.ts';
import { ask, tell } from './client.ts';
import {
  DeleteResponseDocument,
  type KeptResponseFragment,
  RecordResponseDocument,
  type RecordResponseInput,
  ResponsesDocument,
} from './generated/responses.ts';

export type KeptResponse = KeptResponseFragment;

/** What measurements said, newest first; none for nobody. */
export async function keptResponses(first = 50): Promise<readonly KeptResponse[]> {
  await account.ready;
  if (!account.viewer) return [];
  const { viewer } = await ask(ResponsesDocument, { first });
  return viewer?.responses ?? [];
}

/** Keeps an answer, by consent: these fields and nothing else leave the device. */
export async function keepResponse(input: RecordResponseInput): Promise<void> {
  await account.ready;
  const { recordResponse } = await tell(RecordResponseDocument, { input });
  const [wrong] = recordResponse.userErrors;
  if (wrong) throw new Error(wrong.message);
}

export async function forgetResponse(responseId: string): Promise<void> {
  const { deleteResponse } = await tell(DeleteResponseDocument, { input: { responseId } });
  const [wrong] = deleteResponse.userErrors;
  if (wrong) throw new Error(wrong.message);
}
