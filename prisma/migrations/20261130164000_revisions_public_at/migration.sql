-- When others could first read a state. Null: never; what was saved before a protocol was published stays its author's.
ALTER TABLE "revisions" ADD COLUMN "public_at" TIMESTAMPTZ(3);

-- What was current when the protocol was published, and what was saved since.
UPDATE "revisions" r SET "public_at" = greatest(r."created_at", coalesce(p."published_at", r."created_at"))
FROM "protocols" p
WHERE p."id" = r."protocol_id" AND p."published_at" IS NOT NULL AND (
  p."library_version" IS NOT NULL OR r."created_at" >= p."published_at" OR r."number" = (
    SELECT max(o."number") FROM "revisions" o WHERE o."protocol_id" = p."id" AND o."created_at" <= p."published_at"
  )
);
