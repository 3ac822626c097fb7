import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let gc: (() => void) | undefined

/** Collects what nobody refers to, in this thread. */
export function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString('--expose-gc')
    gc = runInNewContext('gc') as () => void
  }
  gc()
}

/** Waits until an object was collected; what still refers to it makes the test run into its watchdog. */
export async function collected(...references: readonly WeakRef<object>[]): Promise<void> {
  while (references.some((reference) => reference.deref() !== undefined)) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    collectGarbage()
  }
}
