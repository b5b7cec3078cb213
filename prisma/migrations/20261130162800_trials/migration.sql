-- CreateTable
CREATE TABLE "trials" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "revision_id" UUID NOT NULL,
    "plan" JSONB NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "salt" TEXT,
    "arm_order" TEXT,
    "sealed_on" UUID,
    "revealed_at" TIMESTAMPTZ(3),
    "revealed_after" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trial_periods" (
    "trial_id" UUID NOT NULL,
    "period" INTEGER NOT NULL,
    "session_id" UUID,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "heard_seconds" DOUBLE PRECISION NOT NULL,
    "value" DOUBLE PRECISION,
    "detail" JSONB NOT NULL,
    "beat_chance" DOUBLE PRECISION,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trial_periods_pkey" PRIMARY KEY ("trial_id","period")
);

-- CreateTable
CREATE TABLE "trial_shares" (
    "trial_id" UUID NOT NULL,
    "outcome_id" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "effect" DOUBLE PRECISION NOT NULL,
    "variance" DOUBLE PRECISION NOT NULL,
    "age_tens" INTEGER,
    "shared_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trial_shares_pkey" PRIMARY KEY ("trial_id")
);

-- CreateIndex
CREATE INDEX "trials_user_id_created_at_id_idx" ON "trials"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "trials_revision_id_idx" ON "trials"("revision_id");

-- CreateIndex
CREATE INDEX "trial_periods_session_id_idx" ON "trial_periods"("session_id");

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revisions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trial_periods" ADD CONSTRAINT "trial_periods_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trial_shares" ADD CONSTRAINT "trial_shares_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "trials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.
ALTER TABLE "trials"
  ADD CONSTRAINT "trials_plan" CHECK (jsonb_typeof("plan") = 'object'),
  ADD CONSTRAINT "trials_plan_hash" CHECK ("plan_hash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "trials_opening" CHECK (
    ("salt" IS NULL AND "arm_order" IS NULL) OR ("salt" ~ '^[0-9a-f]{64}$' AND "arm_order" ~ '^[BC]+$' AND char_length("arm_order") BETWEEN 2 AND 365)
  ),
  -- Either the server has the order or a device has it sealed; opened means that it is here.
  ADD CONSTRAINT "trials_order_somewhere" CHECK ("arm_order" IS NOT NULL OR "sealed_on" IS NOT NULL),
  ADD CONSTRAINT "trials_revealed" CHECK (
    ("revealed_at" IS NULL) = ("revealed_after" IS NULL) AND ("revealed_at" IS NULL OR "arm_order" IS NOT NULL)
  );

ALTER TABLE "trial_periods"
  ADD CONSTRAINT "trial_periods_period" CHECK ("period" BETWEEN 1 AND 365),
  ADD CONSTRAINT "trial_periods_times" CHECK ("ended_at" >= "started_at"),
  ADD CONSTRAINT "trial_periods_heard" CHECK ("heard_seconds" >= 0 AND "heard_seconds" < 'Infinity'),
  ADD CONSTRAINT "trial_periods_value" CHECK ("value" > '-Infinity' AND "value" < 'Infinity'),
  ADD CONSTRAINT "trial_periods_guess" CHECK ("beat_chance" > 0 AND "beat_chance" < 1);

ALTER TABLE "trial_shares"
  ADD CONSTRAINT "trial_shares_variance" CHECK ("variance" > 0 AND "variance" < 'Infinity');
