import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { line } from '../../schema/texts.ts';
import { closeReport } from '../acts.ts';
import { administrator } from '../administrator.ts';
import { Report } from '../types.ts';

mutation('closeReport', {
  description: 'Closes a report as seen to. For administrators.',
  authScopes: { admin: true },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the report.' }),
    reason: t.string({ validate: line(500), description: 'What was done, for the record; at most 500 characters.' }),
  }),
  resolve: async ({ id, reason }, context) => ({
    report: await closeReport(context, administrator(context), inputUuid('Report', id, 'id'), reason ?? ''),
  }),
  payload: (t) => ({
    report: t.field({ type: Report, nullable: true, description: 'The report.', resolve: (p) => p.report }),
  }),
});
