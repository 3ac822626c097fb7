import { type Duration, duration } from '../options/index.ts'

/** Node's timers take no more; what is longer is as good as no limit. */
const LONGEST = 2 ** 31 - 1

/**
 * Waits for something that never rejects, for at most `timeout`; as in Python, a negative one is 0.
 *
 * @throws {@link InvalidOptionError} for what is no duration.
 */
export async function waitAtMost(ended: Promise<unknown>, timeout: Duration | undefined): Promise<void> {
  const milliseconds = typeof timeout === 'number' && timeout < 0 ? 0 : duration('timeout', timeout ?? Infinity)
  if (milliseconds > LONGEST) return void (await ended)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), milliseconds)
  try {
    await Promise.race([ended, promise])
  } finally {
    clearTimeout(timer)
  }
}
