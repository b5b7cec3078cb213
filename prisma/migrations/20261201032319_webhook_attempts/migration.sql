-- AlterTable
ALTER TABLE "webhooks" ADD COLUMN     "taken_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "webhook_attempts" (
    "webhook_id" UUID NOT NULL,
    "delivery_id" UUID NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "tried_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 1,
    "failure" TEXT,

    CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY ("webhook_id","delivery_id")
);

-- CreateIndex
CREATE INDEX "webhook_attempts_webhook_id_tried_at_idx" ON "webhook_attempts"("webhook_id", "tried_at" DESC);

-- AddForeignKey
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE CASCADE ON UPDATE CASCADE;
