-- A label rates one thing; a source says who was studied, with what, who paid, and when it was read.
ALTER TABLE "protocols" ADD COLUMN "labels" JSONB NOT NULL DEFAULT '[]';

ALTER TABLE "sources"
  ADD COLUMN "pmid" TEXT,
  ADD COLUMN "participants" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "stimulus" TEXT,
  ADD COLUMN "funding" TEXT,
  ADD COLUMN "read_on" DATE;
