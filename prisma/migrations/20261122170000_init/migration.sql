-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN');

-- CreateEnum
CREATE TYPE "Category" AS ENUM ('FOCUS', 'STUDY', 'ENERGY', 'CREATIVITY', 'RELAXATION', 'STRESS_RELIEF', 'MEDITATION', 'NAP', 'SLEEP', 'WAKE_UP', 'BREATHING', 'CONTROL', 'OTHER');

-- CreateEnum
CREATE TYPE "Evidence" AS ENUM ('PROMISING', 'MIXED', 'UNSUPPORTED', 'CONTROL', 'UNRATED');

-- CreateEnum
CREATE TYPE "Visibility" AS ENUM ('DRAFT', 'UNLISTED', 'PUBLIC');

-- CreateEnum
CREATE TYPE "SessionState" AS ENUM ('ACTIVE', 'PAUSED', 'COMPLETED', 'STOPPED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "SessionEventKind" AS ENUM ('STARTED', 'PAUSED', 'RESUMED', 'SEEKED', 'VOLUME_CHANGED', 'SCENE_CHANGED', 'TAKEN_OVER', 'COMPLETED', 'STOPPED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "MailTokenKind" AS ENUM ('VERIFY_EMAIL', 'RESET_PASSWORD', 'CHANGE_EMAIL');

-- CreateEnum
CREATE TYPE "GroupState" AS ENUM ('WAITING', 'PLAYING', 'PAUSED', 'ENDED');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT,
    "email_key" TEXT,
    "email_verified_at" TIMESTAMPTZ(3),
    "password_hash" TEXT,
    "display_name" TEXT NOT NULL DEFAULT '',
    "role" "Role" NOT NULL DEFAULT 'USER',
    "suspended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "screenings" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "questions_version" INTEGER NOT NULL,
    "seizures" BOOLEAN NOT NULL,
    "photosensitivity" BOOLEAN NOT NULL,
    "heart" BOOLEAN NOT NULL,
    "psychosis" BOOLEAN NOT NULL,
    "head_injury" BOOLEAN NOT NULL,
    "pregnancy" BOOLEAN NOT NULL,
    "under_18" BOOLEAN NOT NULL,
    "hearing" BOOLEAN NOT NULL,
    "accepted_risk" BOOLEAN NOT NULL DEFAULT false,
    "answered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "screenings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "preferences" (
    "user_id" UUID NOT NULL,
    "volume" DOUBLE PRECISION NOT NULL DEFAULT 0.5,
    "visuals" BOOLEAN NOT NULL DEFAULT true,
    "intensity" DOUBLE PRECISION NOT NULL DEFAULT 0.6,
    "scene" TEXT NOT NULL DEFAULT 'flower-of-life',
    "reduced_flashing" BOOLEAN NOT NULL DEFAULT false,
    "reminder" BOOLEAN NOT NULL DEFAULT false,
    "reminder_minute" INTEGER NOT NULL DEFAULT 1200,
    "daily_goal_minutes" INTEGER NOT NULL DEFAULT 20,
    "theme" TEXT NOT NULL DEFAULT 'system',
    "language" TEXT NOT NULL DEFAULT '',
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "default_protocol_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "preferences_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "protocols" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "owner_id" UUID,
    "visibility" "Visibility" NOT NULL DEFAULT 'DRAFT',
    "hidden_at" TIMESTAMPTZ(3),
    "category" "Category" NOT NULL,
    "evidence" "Evidence" NOT NULL DEFAULT 'UNRATED',
    "tags" TEXT[],
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "speakers_ok" BOOLEAN NOT NULL,
    "duration_seconds" DOUBLE PRECISION NOT NULL,
    "min_beat_hz" DOUBLE PRECISION,
    "max_beat_hz" DOUBLE PRECISION,
    "bands" TEXT[],
    "current_revision_id" UUID,
    "forked_from_id" UUID,
    "control_of_id" UUID,
    "library_version" INTEGER,
    "session_count" INTEGER NOT NULL DEFAULT 0,
    "rating_count" INTEGER NOT NULL DEFAULT 0,
    "rating_sum" INTEGER NOT NULL DEFAULT 0,
    "rating_average" DOUBLE PRECISION,
    "deleted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "protocols_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revisions" (
    "id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "author_id" UUID,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "what_is_known" TEXT[],
    "program" JSONB NOT NULL,
    "program_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sources" (
    "id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "authors" TEXT NOT NULL,
    "year" INTEGER,
    "url" TEXT,
    "finding" TEXT NOT NULL,

    CONSTRAINT "sources_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "revision_id" UUID NOT NULL,
    "group_id" UUID,
    "state" "SessionState" NOT NULL,
    "version" INTEGER NOT NULL,
    "time_zone" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "position_seconds" DOUBLE PRECISION NOT NULL,
    "position_at" TIMESTAMPTZ(3) NOT NULL,
    "played_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "volume" DOUBLE PRECISION NOT NULL DEFAULT 0.5,
    "scene" TEXT NOT NULL DEFAULT '',
    "player_device_id" UUID NOT NULL,
    "player_device_name" TEXT NOT NULL DEFAULT '',
    "expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_events" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "kind" "SessionEventKind" NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "position_seconds" DOUBLE PRECISION NOT NULL,
    "volume" DOUBLE PRECISION,
    "scene" TEXT,
    "device_id" UUID NOT NULL,

    CONSTRAINT "session_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session_days" (
    "session_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "delta_seconds" DOUBLE PRECISION NOT NULL,
    "theta_seconds" DOUBLE PRECISION NOT NULL,
    "alpha_seconds" DOUBLE PRECISION NOT NULL,
    "beta_seconds" DOUBLE PRECISION NOT NULL,
    "gamma_seconds" DOUBLE PRECISION NOT NULL,
    "no_beat_seconds" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "session_days_pkey" PRIMARY KEY ("session_id","day")
);

-- CreateTable
CREATE TABLE "ratings" (
    "session_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "stars" INTEGER,
    "mood_before" INTEGER,
    "mood_after" INTEGER,
    "focus_before" INTEGER,
    "focus_after" INTEGER,
    "calm_before" INTEGER,
    "calm_after" INTEGER,
    "sleepiness_before" INTEGER,
    "sleepiness_after" INTEGER,
    "comment" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ratings_pkey" PRIMARY KEY ("session_id")
);

-- CreateTable
CREATE TABLE "daily_metrics" (
    "user_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "sessions" INTEGER NOT NULL DEFAULT 0,
    "completed" INTEGER NOT NULL DEFAULT 0,
    "seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "delta_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "theta_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "alpha_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "beta_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "gamma_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "no_beat_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "stars_count" INTEGER NOT NULL DEFAULT 0,
    "stars_sum" INTEGER NOT NULL DEFAULT 0,
    "mood_change_count" INTEGER NOT NULL DEFAULT 0,
    "mood_change_sum" INTEGER NOT NULL DEFAULT 0,
    "focus_change_count" INTEGER NOT NULL DEFAULT 0,
    "focus_change_sum" INTEGER NOT NULL DEFAULT 0,
    "calm_change_count" INTEGER NOT NULL DEFAULT 0,
    "calm_change_sum" INTEGER NOT NULL DEFAULT 0,
    "sleepiness_change_count" INTEGER NOT NULL DEFAULT 0,
    "sleepiness_change_sum" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "daily_metrics_pkey" PRIMARY KEY ("user_id","day")
);

-- CreateTable
CREATE TABLE "refresh_sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "previous_hash" BYTEA,
    "key_thumbprint" TEXT,
    "device_id" UUID,
    "device_name" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_tokens" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "MailTokenKind" NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "new_email" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reports" (
    "id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "reporter_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "text" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "admin_acts" (
    "id" UUID NOT NULL,
    "admin_id" UUID,
    "action" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "admin_acts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "groups" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "host_id" UUID NOT NULL,
    "revision_id" UUID NOT NULL,
    "state" "GroupState" NOT NULL DEFAULT 'WAITING',
    "version" INTEGER NOT NULL DEFAULT 1,
    "locked" BOOLEAN NOT NULL DEFAULT false,
    "position_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "position_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "groups_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_members" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "left_at" TIMESTAMPTZ(3),
    "kicked_at" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "offset_ms" DOUBLE PRECISION,
    "offset_at" TIMESTAMPTZ(3),

    CONSTRAINT "group_members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_events" (
    "id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "user_id" UUID,
    "action" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "position_seconds" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "group_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key_key" ON "users"("email_key");

-- CreateIndex
CREATE INDEX "users_created_at_id_idx" ON "users"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "screenings_user_id_answered_at_idx" ON "screenings"("user_id", "answered_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "protocols_slug_key" ON "protocols"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "protocols_current_revision_id_key" ON "protocols"("current_revision_id");

-- CreateIndex
CREATE INDEX "protocols_visibility_published_at_id_idx" ON "protocols"("visibility", "published_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "protocols_owner_id_updated_at_id_idx" ON "protocols"("owner_id", "updated_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "protocols_control_of_id_idx" ON "protocols"("control_of_id");

-- CreateIndex
CREATE INDEX "protocols_forked_from_id_idx" ON "protocols"("forked_from_id");

-- CreateIndex
CREATE INDEX "revisions_author_id_idx" ON "revisions"("author_id");

-- CreateIndex
CREATE UNIQUE INDEX "revisions_protocol_id_number_key" ON "revisions"("protocol_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "sources_protocol_id_position_key" ON "sources"("protocol_id", "position");

-- CreateIndex
CREATE INDEX "sessions_user_id_started_at_id_idx" ON "sessions"("user_id", "started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "sessions_user_id_state_idx" ON "sessions"("user_id", "state");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "sessions_protocol_id_idx" ON "sessions"("protocol_id");

-- CreateIndex
CREATE INDEX "sessions_revision_id_idx" ON "sessions"("revision_id");

-- CreateIndex
CREATE INDEX "sessions_group_id_idx" ON "sessions"("group_id");

-- CreateIndex
CREATE UNIQUE INDEX "session_events_session_id_sequence_key" ON "session_events"("session_id", "sequence");

-- CreateIndex
CREATE INDEX "ratings_user_id_protocol_id_idx" ON "ratings"("user_id", "protocol_id");

-- CreateIndex
CREATE INDEX "ratings_protocol_id_idx" ON "ratings"("protocol_id");

-- CreateIndex
CREATE UNIQUE INDEX "refresh_sessions_token_hash_key" ON "refresh_sessions"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "refresh_sessions_previous_hash_key" ON "refresh_sessions"("previous_hash");

-- CreateIndex
CREATE INDEX "refresh_sessions_user_id_ended_at_idx" ON "refresh_sessions"("user_id", "ended_at");

-- CreateIndex
CREATE INDEX "refresh_sessions_expires_at_idx" ON "refresh_sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "mail_tokens_token_hash_key" ON "mail_tokens"("token_hash");

-- CreateIndex
CREATE INDEX "mail_tokens_user_id_kind_idx" ON "mail_tokens"("user_id", "kind");

-- CreateIndex
CREATE INDEX "reports_reporter_id_idx" ON "reports"("reporter_id");

-- CreateIndex
CREATE INDEX "reports_closed_at_created_at_idx" ON "reports"("closed_at", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "reports_protocol_id_reporter_id_key" ON "reports"("protocol_id", "reporter_id");

-- CreateIndex
CREATE INDEX "admin_acts_created_at_id_idx" ON "admin_acts"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "admin_acts_admin_id_idx" ON "admin_acts"("admin_id");

-- CreateIndex
CREATE UNIQUE INDEX "groups_code_key" ON "groups"("code");

-- CreateIndex
CREATE INDEX "groups_ended_at_created_at_idx" ON "groups"("ended_at", "created_at");

-- CreateIndex
CREATE INDEX "groups_host_id_idx" ON "groups"("host_id");

-- CreateIndex
CREATE INDEX "groups_revision_id_idx" ON "groups"("revision_id");

-- CreateIndex
CREATE INDEX "group_members_user_id_idx" ON "group_members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "group_members_group_id_user_id_key" ON "group_members"("group_id", "user_id");

-- CreateIndex
CREATE INDEX "group_events_user_id_idx" ON "group_events"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "group_events_group_id_sequence_key" ON "group_events"("group_id", "sequence");

-- AddForeignKey
ALTER TABLE "screenings" ADD CONSTRAINT "screenings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preferences" ADD CONSTRAINT "preferences_default_protocol_id_fkey" FOREIGN KEY ("default_protocol_id") REFERENCES "protocols"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocols" ADD CONSTRAINT "protocols_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocols" ADD CONSTRAINT "protocols_current_revision_id_fkey" FOREIGN KEY ("current_revision_id") REFERENCES "revisions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocols" ADD CONSTRAINT "protocols_forked_from_id_fkey" FOREIGN KEY ("forked_from_id") REFERENCES "revisions"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocols" ADD CONSTRAINT "protocols_control_of_id_fkey" FOREIGN KEY ("control_of_id") REFERENCES "protocols"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sources" ADD CONSTRAINT "sources_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revisions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_events" ADD CONSTRAINT "session_events_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session_days" ADD CONSTRAINT "session_days_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ratings" ADD CONSTRAINT "ratings_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "daily_metrics" ADD CONSTRAINT "daily_metrics_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_sessions" ADD CONSTRAINT "refresh_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_tokens" ADD CONSTRAINT "mail_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocols"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_reporter_id_fkey" FOREIGN KEY ("reporter_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "admin_acts" ADD CONSTRAINT "admin_acts_admin_id_fkey" FOREIGN KEY ("admin_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "groups" ADD CONSTRAINT "groups_host_id_fkey" FOREIGN KEY ("host_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "groups" ADD CONSTRAINT "groups_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revisions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_events" ADD CONSTRAINT "group_events_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "groups"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_events" ADD CONSTRAINT "group_events_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;


