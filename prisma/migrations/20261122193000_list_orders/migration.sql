-- The partial indexes on what is public were never used: the comparison that Prisma sends, visibility = CAST($1 AS
-- "Visibility"), is not known to be the index's condition when a statement is planned. As the first column it is.
DROP INDEX "protocols_public_popular_idx";
DROP INDEX "protocols_public_newest_idx";
DROP INDEX "protocols_public_title_idx";
DROP INDEX "protocols_public_shortest_idx";
DROP INDEX "protocols_public_best_idx";
DROP INDEX "protocols_visibility_published_at_id_idx";

-- Lists are ordered by columns that are never null: after a cursor on a nullable one Prisma reads all the rest.
ALTER TABLE "protocols" ADD COLUMN "listed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
UPDATE "protocols" SET
  "listed_at" = coalesce("published_at", "created_at"),
  "rating_average" = coalesce("rating_average", 0);
ALTER TABLE "protocols" ALTER COLUMN "rating_average" SET DEFAULT 0, ALTER COLUMN "rating_average" SET NOT NULL;

CREATE OR REPLACE FUNCTION "count_rating"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "protocol" uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD."protocol_id" ELSE NEW."protocol_id" END;
  "more" integer := 0;
  "stars" integer := 0;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD."stars" IS NOT NULL THEN
    "more" := "more" - 1;
    "stars" := "stars" - OLD."stars";
  END IF;
  IF TG_OP <> 'DELETE' AND NEW."stars" IS NOT NULL THEN
    "more" := "more" + 1;
    "stars" := "stars" + NEW."stars";
  END IF;
  IF "more" <> 0 OR "stars" <> 0 THEN
    UPDATE "protocols" SET
      "rating_count" = "rating_count" + "more",
      "rating_sum" = "rating_sum" + "stars",
      "rating_average" = coalesce(("rating_sum" + "stars")::float8 / nullif("rating_count" + "more", 0), 0)
    WHERE "id" = "protocol";
  END IF;
  RETURN NULL;
END $$;

-- CreateIndex
CREATE INDEX "protocols_visibility_listed_at_id_idx" ON "protocols"("visibility", "listed_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "protocols_visibility_session_count_id_idx" ON "protocols"("visibility", "session_count" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "protocols_visibility_title_id_idx" ON "protocols"("visibility", "title", "id");

-- CreateIndex
CREATE INDEX "protocols_visibility_duration_seconds_id_idx" ON "protocols"("visibility", "duration_seconds", "id");

-- CreateIndex
CREATE INDEX "protocols_visibility_rating_average_rating_count_id_idx" ON "protocols"("visibility", "rating_average" DESC, "rating_count" DESC, "id" DESC);
