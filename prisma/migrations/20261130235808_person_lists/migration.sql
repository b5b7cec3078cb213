-- CreateTable
CREATE TABLE "person_lists" (
    "user_id" UUID NOT NULL,
    "body" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_lists_pkey" PRIMARY KEY ("user_id")
);

-- AddForeignKey
ALTER TABLE "person_lists" ADD CONSTRAINT "person_lists_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
