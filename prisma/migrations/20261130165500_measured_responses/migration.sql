-- CreateTable
CREATE TABLE "measured_responses" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID,
    "measured_at" TIMESTAMPTZ(3) NOT NULL,
    "device" TEXT NOT NULL,
    "rate_hz" DOUBLE PRECISION NOT NULL,
    "windows" INTEGER NOT NULL,
    "left_out_share" DOUBLE PRECISION NOT NULL,
    "earphones_away" BOOLEAN NOT NULL,
    "channels" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "measured_responses_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "measured_responses_user_id_measured_at_idx" ON "measured_responses"("user_id", "measured_at" DESC);

-- CreateIndex
CREATE INDEX "measured_responses_session_id_idx" ON "measured_responses"("session_id");

-- AddForeignKey
ALTER TABLE "measured_responses" ADD CONSTRAINT "measured_responses_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measured_responses" ADD CONSTRAINT "measured_responses_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE SET NULL ON UPDATE CASCADE;
