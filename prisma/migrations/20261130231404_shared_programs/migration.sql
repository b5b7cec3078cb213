-- CreateTable
CREATE TABLE "shared_programs" (
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "program" JSONB NOT NULL,
    "content_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shared_programs_pkey" PRIMARY KEY ("code")
);

-- CreateIndex
CREATE UNIQUE INDEX "shared_programs_content_hash_key" ON "shared_programs"("content_hash");

-- CreateIndex
CREATE INDEX "shared_programs_expires_at_idx" ON "shared_programs"("expires_at");
