// The tasks of all pools in Node.js, ours included.
export const noop = (x) => x
export const echo = (x) => x

/** A millisecond of work by the clock. */
export function spin(milliseconds) {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
  return milliseconds
}
