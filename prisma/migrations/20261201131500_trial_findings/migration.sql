-- What the shared trials of a protocol and an outcome say together was worked out from all of them for each who asked: ten times the people took two and a half
-- times as long. It is kept from here on, and worked out anew when a share has come, changed or gone since.
CREATE TABLE "trial_findings" (
    "protocol_id" UUID NOT NULL,
    "outcome_id" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "answer" JSONB,

    CONSTRAINT "trial_findings_pkey" PRIMARY KEY ("protocol_id","outcome_id")
);

ALTER TABLE "trial_findings" ADD CONSTRAINT "trial_findings_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE CASCADE ON UPDATE CASCADE;

INSERT INTO "trial_findings" ("protocol_id", "outcome_id", "version")
  SELECT DISTINCT r."protocol_id", s."outcome_id", 1
  FROM "trial_shares" s JOIN "trials" t ON t."id" = s."trial_id" JOIN "revisions" r ON r."id" = t."revision_id";

-- By triggers, so that no way of removing a trial or a person can leave an answer that still holds what they gave.
CREATE FUNCTION "renew_findings"("trial" uuid, "outcome" text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "trial_findings" AS f ("protocol_id", "outcome_id", "version")
    SELECT r."protocol_id", "outcome", 1 FROM "trials" t JOIN "revisions" r ON r."id" = t."revision_id" WHERE t."id" = "trial"
    ON CONFLICT ("protocol_id", "outcome_id") DO UPDATE SET "version" = f."version" + 1, "answer" = NULL
$$;

CREATE FUNCTION "share_renews_findings"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM "renew_findings"(OLD."trial_id", OLD."outcome_id"); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM "renew_findings"(NEW."trial_id", NEW."outcome_id"); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "trial_shares_renew_findings" AFTER INSERT OR UPDATE OR DELETE ON "trial_shares"
  FOR EACH ROW EXECUTE FUNCTION "share_renews_findings"();

-- A trial that goes takes its share along, and is gone when the share goes. Of one person's trials the last one counts.
CREATE FUNCTION "trial_renews_findings"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "renew_findings"(s."trial_id", s."outcome_id") FROM "trial_shares" s WHERE s."trial_id" = OLD."id";
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER "trials_renew_findings_end" BEFORE DELETE ON "trials"
  FOR EACH ROW EXECUTE FUNCTION "trial_renews_findings"();
CREATE TRIGGER "trials_renew_findings_change" AFTER UPDATE OF "user_id", "revealed_at" ON "trials"
  FOR EACH ROW EXECUTE FUNCTION "trial_renews_findings"();
