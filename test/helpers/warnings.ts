import type { TestContext } from 'node:test'

/** The warnings from now on, printed by nobody else; gives so many of them once they were emitted. */
export function collectWarnings(t: TestContext): (howMany: number) => Promise<Error[]> {
  const warnings: Error[] = []
  let told = (): void => {}
  const listener = (warning: Error): void => {
    warnings.push(warning)
    told()
  }
  const others = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', listener)
  t.after(() => {
    process.off('warning', listener)
    for (const other of others) process.on('warning', other)
  })
  return async (howMany) => {
    while (warnings.length < howMany) await new Promise<void>((resolve) => (told = resolve))
    return warnings
  }
}
