import { OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { AnswerCache } from '../answer-cache.ts';
import type { OperationContext } from '../context.ts';
import { operationOf } from './operations.ts';

/**
 * Keeps the answers that are the same for everybody. Which these are nobody declares: a query's answer is kept when nothing of the person, the request or the clock was
 * read from the context while it was made (context.ts). What was made without them is the same for whoever asks, until something changes. What a replica said may be of a
 * moment ago, and there are those who must not be told that any more: it is not kept.
 *
 * Answers are found before Yoga is asked (graphql.ts): one for which a `Request`, a context and a `Response` are made first costs 2.8 times as much.
 */
export function usePublicCache(cache: AnswerCache): Plugin<OperationContext> {
  return {
    onExecute({ args, context, executeFn, setExecuteFn }) {
      const { asked, accept } = context;
      if (asked === undefined || operationOf(args).operation !== OperationTypeNode.QUERY) return;
      const put = cache.begin();
      // This plugin stands next to the resolvers: what others read of the context does not count.
      setExecuteFn(((fields) => {
        context.notes.personal = false;
        return executeFn(fields);
      }) as typeof executeFn);
      return {
        onExecuteDone({ result }) {
          const { notes, database, primary } = context;
          if (notes.personal || database !== primary.database || Symbol.asyncIterator in result || result.errors)
            return;
          notes.keep = (text, contentType) => put(asked, accept, { text, contentType, name: notes.label ?? 'other' });
        },
      };
    },
  };
}
