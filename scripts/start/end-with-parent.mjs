/** Preloaded into what our scripts start: when the starter is gone, even by SIGKILL, the channel to it closes, and so do we. */
if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
