-- A guest who signs up becomes the account when the mailed link is opened; until then what they asked for is kept with the link.
ALTER TYPE "MailTokenKind" ADD VALUE 'SIGN_UP';
ALTER TABLE "mail_tokens" ADD COLUMN "password_hash" TEXT, ADD COLUMN "display_name" TEXT;
