-- AlterTable
ALTER TABLE "protocols" ADD COLUMN     "place" INTEGER NOT NULL DEFAULT 1999;

-- CreateIndex
CREATE INDEX "protocols_visibility_place_session_count_id_idx" ON "protocols"("visibility", "place", "session_count" DESC, "id" DESC);
