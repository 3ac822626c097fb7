/** Runs a user's callback; what it throws, now or later, is reported as a warning and costs nobody a result. */
export function report<T>(callback: ((value: T) => unknown) | undefined, value: T): void {
  try {
    const later = callback?.(value)
    if (later instanceof Promise) later.catch(warn)
  } catch (error) {
    warn(error)
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)))
}
