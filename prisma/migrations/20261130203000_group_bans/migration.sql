-- Who was removed from a group stays out of it on the same device and network, also as somebody new. Keyed hashes, for as long as the group goes on.
ALTER TABLE "groups" ADD COLUMN "banned" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "group_members" ADD COLUMN "marks" TEXT[] NOT NULL DEFAULT '{}';
