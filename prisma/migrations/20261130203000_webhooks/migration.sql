-- CreateEnum
CREATE TYPE "WebhookTopic" AS ENUM ('SESSION', 'TRIAL');

-- CreateTable
CREATE TABLE "webhooks" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "topics" "WebhookTopic"[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "failure" TEXT,
    "delivered_at" TIMESTAMPTZ(3),
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhooks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "sequence" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "webhook_id" UUID NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("sequence")
);

-- CreateIndex
CREATE INDEX "webhooks_user_id_idx" ON "webhooks"("user_id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_webhook_id_sequence_idx" ON "webhook_deliveries"("webhook_id", "sequence");

-- AddForeignKey
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What happens is put down for its webhooks in the transaction in which it happens: nothing is told that did not happen, and nothing is forgotten. Of one
-- session or trial the numbers are in order, since its row is locked; whoever has no webhook pays one look into an index.
CREATE FUNCTION tell_webhooks_of_session_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (webhook_id, payload, created_at)
  SELECT w.id,
    jsonb_build_object(
      'type', 'session.' || lower(NEW.kind::text),
      'session', translate(encode(convert_to('Session:' || s.id, 'UTF8'), 'base64'), E'\n', ''),
      'sequence', NEW.sequence,
      'occurredAt', to_char(NEW.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'positionSeconds', NEW.position_seconds
    ),
    NEW.received_at
  FROM sessions s JOIN webhooks w ON w.user_id = s.user_id
  WHERE s.id = NEW.session_id AND w.stopped_at IS NULL AND 'SESSION' = ANY (w.topics);
  RETURN NULL;
END $$;
CREATE TRIGGER session_events_webhooks AFTER INSERT ON session_events
  FOR EACH ROW EXECUTE FUNCTION tell_webhooks_of_session_event();

-- Never the value or the arm: a receiver may be read by the blinded person.
CREATE FUNCTION tell_webhooks_of_trial_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_deliveries (webhook_id, payload, created_at)
  SELECT w.id,
    jsonb_build_object(
      'type', 'trial.period_recorded',
      'trial', translate(encode(convert_to('Trial:' || t.id, 'UTF8'), 'base64'), E'\n', ''),
      'period', NEW.period,
      'occurredAt', to_char(NEW.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    ),
    NEW.received_at
  FROM trials t JOIN webhooks w ON w.user_id = t.user_id
  WHERE t.id = NEW.trial_id AND w.stopped_at IS NULL AND 'TRIAL' = ANY (w.topics);
  RETURN NULL;
END $$;
CREATE TRIGGER trial_periods_webhooks AFTER INSERT ON trial_periods
  FOR EACH ROW EXECUTE FUNCTION tell_webhooks_of_trial_period();
