-- Health answers are kept for those who agreed, the newest only. Nobody was asked before this, so nothing that was kept stays; devices ask again.
DELETE FROM "screenings";

DROP INDEX "screenings_user_id_answered_at_idx";

ALTER TABLE "screenings"
  ADD COLUMN "migraine" BOOLEAN NOT NULL,
  ADD COLUMN "lungs" BOOLEAN NOT NULL,
  ADD COLUMN "panic" BOOLEAN NOT NULL,
  ADD COLUMN "sedatives" BOOLEAN NOT NULL,
  ADD COLUMN "agreed_at" TIMESTAMPTZ(3) NOT NULL;

CREATE UNIQUE INDEX "screenings_user_id_key" ON "screenings"("user_id");
