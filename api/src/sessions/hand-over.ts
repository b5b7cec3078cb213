import type { Prisma } from '../platform/prisma/client.ts';

/**
 * Gives one person's whole record (sessions, ratings, daily metrics) to another: what a guest did goes to the account
 * they sign in to. Days that both have are added up. Part of the caller's transaction; the guest has nothing left, so
 * doing it again changes nothing.
 */
export async function handOverRecord(
  tx: Prisma.TransactionClient,
  fromUserId: string,
  toUserId: string,
): Promise<void> {
  if (fromUserId === toUserId) return;
  // Rows of sessions first, as every change of a session locks them before its days.
  await tx.session.updateMany({ where: { userId: fromUserId }, data: { userId: toUserId } });
  await tx.rating.updateMany({ where: { userId: fromUserId }, data: { userId: toUserId } });
  await tx.$executeRaw`
    INSERT INTO daily_metrics AS d (user_id, day, sessions, completed, seconds, delta_seconds, theta_seconds, alpha_seconds,
      beta_seconds, gamma_seconds, no_beat_seconds, stars_count, stars_sum, mood_change_count, mood_change_sum,
      focus_change_count, focus_change_sum, calm_change_count, calm_change_sum, sleepiness_change_count, sleepiness_change_sum)
    SELECT ${toUserId}::uuid, day, sessions, completed, seconds, delta_seconds, theta_seconds, alpha_seconds,
      beta_seconds, gamma_seconds, no_beat_seconds, stars_count, stars_sum, mood_change_count, mood_change_sum,
      focus_change_count, focus_change_sum, calm_change_count, calm_change_sum, sleepiness_change_count, sleepiness_change_sum
    FROM daily_metrics WHERE user_id = ${fromUserId}::uuid ORDER BY day
    ON CONFLICT (user_id, day) DO UPDATE SET
      sessions = d.sessions + excluded.sessions, completed = d.completed + excluded.completed,
      seconds = d.seconds + excluded.seconds, delta_seconds = d.delta_seconds + excluded.delta_seconds,
      theta_seconds = d.theta_seconds + excluded.theta_seconds, alpha_seconds = d.alpha_seconds + excluded.alpha_seconds,
      beta_seconds = d.beta_seconds + excluded.beta_seconds, gamma_seconds = d.gamma_seconds + excluded.gamma_seconds,
      no_beat_seconds = d.no_beat_seconds + excluded.no_beat_seconds,
      stars_count = d.stars_count + excluded.stars_count, stars_sum = d.stars_sum + excluded.stars_sum,
      mood_change_count = d.mood_change_count + excluded.mood_change_count,
      mood_change_sum = d.mood_change_sum + excluded.mood_change_sum,
      focus_change_count = d.focus_change_count + excluded.focus_change_count,
      focus_change_sum = d.focus_change_sum + excluded.focus_change_sum,
      calm_change_count = d.calm_change_count + excluded.calm_change_count,
      calm_change_sum = d.calm_change_sum + excluded.calm_change_sum,
      sleepiness_change_count = d.sleepiness_change_count + excluded.sleepiness_change_count,
      sleepiness_change_sum = d.sleepiness_change_sum + excluded.sleepiness_change_sum`;
  await tx.dailyMetric.deleteMany({ where: { userId: fromUserId } });
}
