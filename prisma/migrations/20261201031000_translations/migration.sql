-- Authors say in other languages what their protocols say, and what a revision changes.
ALTER TABLE "revisions"
  ADD COLUMN "translations" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "note" TEXT NOT NULL DEFAULT '',
  ADD CONSTRAINT "revisions_translations" CHECK (jsonb_typeof("translations") = 'object'),
  ADD CONSTRAINT "revisions_note_length" CHECK (char_length("note") <= 300);

ALTER TABLE "protocols"
  ADD COLUMN "translations" JSONB NOT NULL DEFAULT '{}',
  ADD CONSTRAINT "protocols_translations" CHECK (jsonb_typeof("translations") = 'object');

-- Words of every language but the original's, in lower case and without accents; no word begins behind the n of a written line break.
CREATE FUNCTION "translated_words"("translations" jsonb) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_tsvector('pg_catalog.simple', regexp_replace(normalize(lower(
    replace(jsonb_path_query_array("translations", '$.*.*')::text, '\n', ' ')), NFD), '[\u0300-\u036f]', '', 'g')) $$;

CREATE INDEX "revisions_translated_idx" ON "revisions" USING GIN ("translated_words"("translations")) WHERE "translations" <> '{}';
