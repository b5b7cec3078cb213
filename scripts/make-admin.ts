/** `npm run admin -- EMAIL`: makes the account with this address an administrator. With PostgreSQL it works beside a running server; the embedded database has one owner at a time. */
import { readConfig } from '../api/src/config.ts';
import { openDatabase } from '../api/src/platform/database.ts';

const [email] = process.argv.slice(2);
if (!email) {
  console.error('Usage: npm run admin -- EMAIL');
  process.exit(64);
}
const database = await openDatabase(readConfig()).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
try {
  const changed = await database.prisma.user.updateManyAndReturn({
    where: { emailKey: email.trim().normalize('NFC').toLowerCase() },
    data: { role: 'ADMIN' },
    select: { id: true, email: true },
  });
  if (changed.length === 0) {
    console.error(`No account has the address ${email}. Sign up with it first.`);
    process.exitCode = 1;
  } else {
    // Signed-in devices are told apart by their role: they renew their tokens to get the new one.
    console.log(
      `${changed[0]?.email} is an administrator now. It counts within 15 minutes, at once after signing in again.`,
    );
  }
} finally {
  await database.close();
}
