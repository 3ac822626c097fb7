let underway = 0
let drained: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

/** Something was sent that its sender does not wait for, but may rely on. */
export function sendsAhead(): void {
  underway++
}

/** It has arrived. */
export function arrived(): void {
  if (--underway > 0) return
  drained?.resolve()
  drained = undefined
}

/**
 * Resolves when all that was sent ahead has arrived; undefined when that is so already. News that travels another way
 * than the link, such as the result of a task, must not overtake what the task has done.
 */
export function sentAhead(): Promise<void> | undefined {
  if (underway === 0) return undefined
  drained ??= Promise.withResolvers<void>()
  return drained.promise
}
