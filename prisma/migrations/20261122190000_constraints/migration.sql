-- What Prisma's schema language cannot say: ranges, text search, partial indexes, and the counts of protocols.

-- Ranges. Every limit here is also checked with a plain message before a statement is sent.
ALTER TABLE "users"
  ADD CONSTRAINT "users_display_name_length" CHECK (char_length("display_name") <= 100),
  ADD CONSTRAINT "users_email_length" CHECK (char_length("email") <= 254),
  ADD CONSTRAINT "users_email_with_key" CHECK (("email" IS NULL) = ("email_key" IS NULL));

ALTER TABLE "screenings"
  ADD CONSTRAINT "screenings_version" CHECK ("questions_version" >= 1);

ALTER TABLE "preferences"
  ADD CONSTRAINT "preferences_volume" CHECK ("volume" BETWEEN 0 AND 1),
  ADD CONSTRAINT "preferences_intensity" CHECK ("intensity" BETWEEN 0 AND 1),
  ADD CONSTRAINT "preferences_reminder_minute" CHECK ("reminder_minute" BETWEEN 0 AND 1439),
  ADD CONSTRAINT "preferences_daily_goal" CHECK ("daily_goal_minutes" BETWEEN 0 AND 1440),
  ADD CONSTRAINT "preferences_version" CHECK ("version" >= 1);

ALTER TABLE "protocols"
  ADD CONSTRAINT "protocols_title_length" CHECK (char_length("title") BETWEEN 1 AND 120),
  ADD CONSTRAINT "protocols_summary_length" CHECK (char_length("summary") <= 500),
  ADD CONSTRAINT "protocols_duration" CHECK ("duration_seconds" > 0),
  ADD CONSTRAINT "protocols_beats" CHECK (
    ("min_beat_hz" IS NULL AND "max_beat_hz" IS NULL)
    OR ("min_beat_hz" >= 0 AND "min_beat_hz" <= "max_beat_hz" AND "max_beat_hz" <= 100)
  ),
  ADD CONSTRAINT "protocols_tags" CHECK (cardinality("tags") <= 20),
  ADD CONSTRAINT "protocols_counts" CHECK ("session_count" >= 0 AND "rating_count" >= 0 AND "rating_sum" BETWEEN "rating_count" AND 5 * "rating_count"),
  -- Built in, somebody's, or deleted: exactly one of the three.
  ADD CONSTRAINT "protocols_origin" CHECK (num_nonnulls("owner_id", "library_version", "deleted_at") = 1);

ALTER TABLE "revisions"
  ADD CONSTRAINT "revisions_number" CHECK ("number" >= 1),
  ADD CONSTRAINT "revisions_title_length" CHECK (char_length("title") BETWEEN 1 AND 120),
  ADD CONSTRAINT "revisions_program" CHECK (jsonb_typeof("program") = 'object'),
  ADD CONSTRAINT "revisions_hash" CHECK ("program_hash" ~ '^[0-9a-f]{64}$');

ALTER TABLE "sources"
  ADD CONSTRAINT "sources_position" CHECK ("position" >= 0);

ALTER TABLE "sessions"
  ADD CONSTRAINT "sessions_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "sessions_position" CHECK ("position_seconds" >= 0 AND "position_seconds" < 'Infinity'),
  ADD CONSTRAINT "sessions_played" CHECK ("played_seconds" >= 0 AND "played_seconds" < 'Infinity'),
  ADD CONSTRAINT "sessions_volume" CHECK ("volume" BETWEEN 0 AND 1),
  ADD CONSTRAINT "sessions_end" CHECK (("ended_at" IS NULL) = ("state" IN ('ACTIVE', 'PAUSED'))),
  ADD CONSTRAINT "sessions_expiry" CHECK (("expires_at" IS NOT NULL) = ("state" IN ('ACTIVE', 'PAUSED'))),
  ADD CONSTRAINT "sessions_times" CHECK ("ended_at" >= "started_at");

ALTER TABLE "session_events"
  ADD CONSTRAINT "session_events_sequence" CHECK ("sequence" >= 1),
  ADD CONSTRAINT "session_events_position" CHECK ("position_seconds" >= 0 AND "position_seconds" < 'Infinity'),
  ADD CONSTRAINT "session_events_volume" CHECK ("volume" BETWEEN 0 AND 1);

-- Sums of seconds may be off by the rounding of additions, hence not exactly 0.
ALTER TABLE "session_days"
  ADD CONSTRAINT "session_days_seconds" CHECK (
    least("seconds", "delta_seconds", "theta_seconds", "alpha_seconds", "beta_seconds", "gamma_seconds", "no_beat_seconds") >= -0.001
  );

ALTER TABLE "ratings"
  ADD CONSTRAINT "ratings_stars" CHECK ("stars" BETWEEN 1 AND 5),
  ADD CONSTRAINT "ratings_mood" CHECK ("mood_before" BETWEEN 0 AND 10 AND "mood_after" BETWEEN 0 AND 10),
  ADD CONSTRAINT "ratings_focus" CHECK ("focus_before" BETWEEN 0 AND 10 AND "focus_after" BETWEEN 0 AND 10),
  ADD CONSTRAINT "ratings_calm" CHECK ("calm_before" BETWEEN 0 AND 10 AND "calm_after" BETWEEN 0 AND 10),
  ADD CONSTRAINT "ratings_sleepiness" CHECK ("sleepiness_before" BETWEEN 0 AND 10 AND "sleepiness_after" BETWEEN 0 AND 10),
  ADD CONSTRAINT "ratings_comment_length" CHECK (char_length("comment") <= 2000);

ALTER TABLE "daily_metrics"
  ADD CONSTRAINT "daily_metrics_counts" CHECK (
    "sessions" >= 0 AND "completed" BETWEEN 0 AND "sessions" AND "stars_count" >= 0
    AND "mood_change_count" >= 0 AND "focus_change_count" >= 0 AND "calm_change_count" >= 0 AND "sleepiness_change_count" >= 0
  ),
  ADD CONSTRAINT "daily_metrics_stars" CHECK ("stars_sum" BETWEEN "stars_count" AND 5 * "stars_count"),
  ADD CONSTRAINT "daily_metrics_seconds" CHECK (
    least("seconds", "delta_seconds", "theta_seconds", "alpha_seconds", "beta_seconds", "gamma_seconds", "no_beat_seconds") >= -0.001
  );

ALTER TABLE "reports"
  ADD CONSTRAINT "reports_text_length" CHECK (char_length("text") <= 2000);

ALTER TABLE "groups"
  ADD CONSTRAINT "groups_code" CHECK ("code" ~ '^[A-HJ-NP-Z]{6}$'),
  ADD CONSTRAINT "groups_position" CHECK ("position_seconds" >= 0 AND "position_seconds" < 'Infinity'),
  ADD CONSTRAINT "groups_version" CHECK ("version" >= 1),
  ADD CONSTRAINT "groups_end" CHECK (("ended_at" IS NOT NULL) = ("state" = 'ENDED'));

ALTER TABLE "group_members"
  ADD CONSTRAINT "group_members_name_length" CHECK (char_length("name") BETWEEN 1 AND 40);

ALTER TABLE "group_events"
  ADD CONSTRAINT "group_events_action" CHECK ("action" IN ('PLAY', 'PAUSE', 'SEEK', 'STOP'));

-- Text search. 'simple' keeps words as they are written: titles come in every language. array_to_string is only
-- STABLE because of types with a changing output; text has none, so the function may call itself IMMUTABLE.
CREATE FUNCTION "protocol_words"("title" text, "summary" text, "tags" text[]) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_tsvector('pg_catalog.simple', "title" || ' ' || "summary" || ' ' || array_to_string("tags", ' ')) $$;

CREATE INDEX "protocols_words_idx" ON "protocols" USING GIN ("protocol_words"("title", "summary", "tags"));

-- Lists of what everybody may see, one index for each order.
CREATE INDEX "protocols_public_popular_idx" ON "protocols" ("session_count" DESC, "id" DESC)
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;
CREATE INDEX "protocols_public_newest_idx" ON "protocols" ("published_at" DESC, "id" DESC)
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;
CREATE INDEX "protocols_public_title_idx" ON "protocols" ("title", "id")
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;
CREATE INDEX "protocols_public_shortest_idx" ON "protocols" ("duration_seconds", "id")
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;
CREATE INDEX "protocols_public_best_idx" ON "protocols" ("rating_average" DESC NULLS LAST, "rating_count" DESC, "id" DESC)
  WHERE "visibility" = 'PUBLIC' AND "hidden_at" IS NULL;

-- The sessions that go on now are few among all that ever were.
CREATE INDEX "sessions_live_idx" ON "sessions" ("user_id", "started_at" DESC)
  WHERE "state" IN ('ACTIVE', 'PAUSED');

-- How often a protocol was played and how it was rated. Triggers, so that no way of removing a session or a rating
-- (a person who leaves takes theirs along) can leave the figures wrong.
CREATE FUNCTION "count_session"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE "protocols" SET "session_count" = "session_count" + 1 WHERE "id" = NEW."protocol_id";
  ELSE
    UPDATE "protocols" SET "session_count" = "session_count" - 1 WHERE "id" = OLD."protocol_id";
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "sessions_count" AFTER INSERT OR DELETE ON "sessions"
  FOR EACH ROW EXECUTE FUNCTION "count_session"();

CREATE FUNCTION "count_rating"() RETURNS trigger LANGUAGE plpgsql AS $$
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
      "rating_average" = ("rating_sum" + "stars")::float8 / nullif("rating_count" + "more", 0)
    WHERE "id" = "protocol";
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "ratings_count" AFTER INSERT OR UPDATE OR DELETE ON "ratings"
  FOR EACH ROW EXECUTE FUNCTION "count_rating"();
