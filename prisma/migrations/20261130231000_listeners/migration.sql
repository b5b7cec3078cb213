-- Public figures count people. A person counts once for a protocol that they have heard and that is not their own, and is rated with the stars that they
-- gave last. Until here every session counted, and every rating.
CREATE TABLE "protocol_listeners" (
    "protocol_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "stars" INTEGER,

    CONSTRAINT "protocol_listeners_pkey" PRIMARY KEY ("protocol_id","user_id"),
    CONSTRAINT "protocol_listeners_stars" CHECK ("stars" BETWEEN 1 AND 5)
);

CREATE INDEX "protocol_listeners_user_id_idx" ON "protocol_listeners"("user_id");

ALTER TABLE "protocol_listeners" ADD CONSTRAINT "protocol_listeners_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "protocol_listeners" ADD CONSTRAINT "protocol_listeners_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

DROP TRIGGER "sessions_count" ON "sessions";
DROP TRIGGER "ratings_count" ON "ratings";
DROP FUNCTION "count_session"();
DROP FUNCTION "count_rating"();

-- Heard: a minute and a tenth of it. Of what is shorter than a minute, nine tenths: the last seconds of an end may be cut.
CREATE FUNCTION "seconds_to_count"("duration" float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT greatest(least(60, 0.9 * "duration"), 0.1 * "duration") $$;

CREATE FUNCTION "was_heard"("played" float8, "revision" uuid) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT "played" >= "seconds_to_count"((r."program"->>'durationSeconds')::float8) FROM "revisions" r WHERE r."id" = "revision" $$;

INSERT INTO "protocol_listeners" ("protocol_id", "user_id", "stars")
  SELECT s."protocol_id", s."user_id", (array_agg(r."stars" ORDER BY r."updated_at" DESC, r."session_id") FILTER (WHERE r."stars" IS NOT NULL))[1]
  FROM "sessions" s JOIN "protocols" p ON p."id" = s."protocol_id" LEFT JOIN "ratings" r ON r."session_id" = s."id"
  WHERE "was_heard"(s."played_seconds", s."revision_id") AND p."owner_id" IS DISTINCT FROM s."user_id"
  GROUP BY s."protocol_id", s."user_id";

UPDATE "protocols" p SET
  "session_count" = coalesce(l."people", 0),
  "rating_count" = coalesce(l."rated", 0),
  "rating_sum" = coalesce(l."stars", 0),
  "rating_average" = coalesce(l."stars"::float8 / nullif(l."rated", 0), 0)
FROM "protocols" o LEFT JOIN (
  SELECT "protocol_id", count(*) AS "people", count("stars") AS "rated", sum("stars") AS "stars" FROM "protocol_listeners" GROUP BY "protocol_id"
) l ON l."protocol_id" = o."id"
WHERE o."id" = p."id";

-- From here on triggers, so that no way of removing a session, a rating or a person can leave the figures wrong, and an older program keeps them too.
CREATE FUNCTION "count_listener"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "of" uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD."protocol_id" ELSE NEW."protocol_id" END;
  "people" integer := 0;
  "rated" integer := 0;
  "sum" integer := 0;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    "people" := -1;
    "rated" := -(OLD."stars" IS NOT NULL)::int;
    "sum" := -coalesce(OLD."stars", 0);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    "people" := "people" + 1;
    "rated" := "rated" + (NEW."stars" IS NOT NULL)::int;
    "sum" := "sum" + coalesce(NEW."stars", 0);
  END IF;
  UPDATE "protocols" p SET
    "session_count" = p."session_count" + "people",
    "rating_count" = p."rating_count" + "rated",
    "rating_sum" = p."rating_sum" + "sum",
    "rating_average" = coalesce((p."rating_sum" + "sum")::float8 / nullif(p."rating_count" + "rated", 0), 0)
  WHERE p."id" = "of";
  RETURN NULL;
END $$;

CREATE TRIGGER "protocol_listeners_count" AFTER INSERT OR UPDATE OR DELETE ON "protocol_listeners"
  FOR EACH ROW EXECUTE FUNCTION "count_listener"();

-- What one person is for one protocol, by the sessions and ratings that are there now.
CREATE FUNCTION "settle_listener"("of" uuid, "person" uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  "given" integer;
BEGIN
  -- Of two sessions of one person that end at once, the second sees what the first has written.
  PERFORM pg_advisory_xact_lock(hashtextextended("of"::text || "person"::text, 0));
  IF NOT EXISTS (
    SELECT FROM "sessions" s JOIN "protocols" p ON p."id" = s."protocol_id" JOIN "users" u ON u."id" = s."user_id"
    WHERE s."user_id" = "person" AND s."protocol_id" = "of" AND p."owner_id" IS DISTINCT FROM "person"
      AND "was_heard"(s."played_seconds", s."revision_id")
  ) THEN
    DELETE FROM "protocol_listeners" l WHERE l."protocol_id" = "of" AND l."user_id" = "person";
    RETURN;
  END IF;
  SELECT r."stars" INTO "given" FROM "ratings" r JOIN "sessions" s ON s."id" = r."session_id"
    WHERE s."user_id" = "person" AND s."protocol_id" = "of" AND r."stars" IS NOT NULL
      AND "was_heard"(s."played_seconds", s."revision_id")
    ORDER BY r."updated_at" DESC, r."session_id" LIMIT 1;
  INSERT INTO "protocol_listeners" AS l ("protocol_id", "user_id", "stars") VALUES ("of", "person", "given")
    ON CONFLICT ("protocol_id", "user_id") DO UPDATE SET "stars" = excluded."stars" WHERE l."stars" IS DISTINCT FROM excluded."stars";
END $$;

CREATE FUNCTION "settle_session"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "listens" boolean := false;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    "listens" := EXISTS (SELECT FROM "protocol_listeners" l WHERE l."protocol_id" = OLD."protocol_id" AND l."user_id" = OLD."user_id");
  END IF;
  -- The usual act: more was heard, by somebody who counts already.
  IF TG_OP = 'UPDATE' AND "listens" AND NEW."user_id" = OLD."user_id" AND NEW."played_seconds" >= OLD."played_seconds" THEN RETURN NULL; END IF;
  IF "listens" THEN PERFORM "settle_listener"(OLD."protocol_id", OLD."user_id"); END IF;
  IF TG_OP <> 'DELETE' AND "was_heard"(NEW."played_seconds", NEW."revision_id") THEN PERFORM "settle_listener"(NEW."protocol_id", NEW."user_id"); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "sessions_settle" AFTER INSERT ON "sessions"
  FOR EACH ROW WHEN (NEW."played_seconds" > 0) EXECUTE FUNCTION "settle_session"();
CREATE TRIGGER "sessions_settle_change" AFTER UPDATE ON "sessions"
  FOR EACH ROW WHEN (OLD."played_seconds" <> NEW."played_seconds" OR OLD."user_id" <> NEW."user_id") EXECUTE FUNCTION "settle_session"();
CREATE TRIGGER "sessions_settle_end" AFTER DELETE ON "sessions"
  FOR EACH ROW WHEN (OLD."played_seconds" > 0) EXECUTE FUNCTION "settle_session"();

CREATE FUNCTION "settle_rating"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM "settle_listener"(OLD."protocol_id", OLD."user_id"); END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND OLD."user_id" <> NEW."user_id") THEN PERFORM "settle_listener"(NEW."protocol_id", NEW."user_id"); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "ratings_settle" AFTER INSERT OR DELETE ON "ratings"
  FOR EACH ROW EXECUTE FUNCTION "settle_rating"();
CREATE TRIGGER "ratings_settle_change" AFTER UPDATE ON "ratings"
  FOR EACH ROW WHEN (OLD."stars" IS DISTINCT FROM NEW."stars" OR OLD."user_id" <> NEW."user_id") EXECUTE FUNCTION "settle_rating"();

-- A guest who signs in brings their protocols along.
CREATE FUNCTION "settle_owner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "settle_listener"(NEW."id", NEW."owner_id");
  RETURN NULL;
END $$;

CREATE TRIGGER "protocols_settle_owner" AFTER UPDATE OF "owner_id" ON "protocols"
  FOR EACH ROW WHEN (NEW."owner_id" IS NOT NULL AND OLD."owner_id" IS DISTINCT FROM NEW."owner_id") EXECUTE FUNCTION "settle_owner"();
