-- Search that finds what people type. pg_trgm is trusted: whoever may create in this database may create it.
CREATE EXTENSION IF NOT EXISTS "pg_trgm";

-- Texts are kept in lower case and without accents, as program/search.ts has its words. That stands in each function: one that calls
-- another of ours is found neither while an index is made nor by a restored dump, both of which look in pg_catalog alone.

-- The index holds what the function says, so it is made anew with it.
DROP INDEX "protocols_words_idx";

CREATE OR REPLACE FUNCTION "protocol_words"("title" text, "summary" text, "tags" text[]) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_tsvector('pg_catalog.simple', regexp_replace(
    normalize(lower("title" || ' ' || "summary" || ' ' || array_to_string("tags", ' ')), NFD), '[\u0300-\u036f]', '', 'g')) $$;

CREATE INDEX "protocols_words_idx" ON "protocols" USING GIN ("protocol_words"("title", "summary", "tags"));

-- The names nearest to a word with slips of the key.
CREATE FUNCTION "protocol_names"("title" text, "tags" text[]) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT regexp_replace(normalize(lower("title" || ' ' || array_to_string("tags", ' ')), NFD), '[\u0300-\u036f]', '', 'g') $$;

CREATE INDEX "protocols_names_idx" ON "protocols" USING GIST ("protocol_names"("title", "tags") gist_trgm_ops)
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;

CREATE FUNCTION "description_words"("description" text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_tsvector('pg_catalog.simple', regexp_replace(normalize(lower("description"), NFD), '[\u0300-\u036f]', '', 'g')) $$;

CREATE INDEX "revisions_words_idx" ON "revisions" USING GIN ("description_words"("description"));

-- What is for something, or beats in a band, the most played first.
CREATE INDEX "protocols_public_category_idx" ON "protocols" ("category", "session_count" DESC, "id" DESC)
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;

CREATE INDEX "protocols_bands_idx" ON "protocols" USING GIN ("bands");
