-- A group can get another code. Whoever is in it may go on using the one that they came with.
ALTER TABLE "groups" ADD COLUMN "former_codes" TEXT[] NOT NULL DEFAULT '{}';
CREATE INDEX "groups_former_codes_idx" ON "groups" USING GIN ("former_codes");
