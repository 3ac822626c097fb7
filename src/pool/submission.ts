import type { SubmitOptions } from './executor.ts'
import { Future } from './future.ts'

/**
 * One call on its way through an executor, and its future.
 *
 * It is the options of the call itself, so that a call costs no more objects and functions than it must: an executor
 * of ours takes `onSubmit` for what an `AbortSignal` is to others, which costs more than all the rest of a short call.
 */
export class Submission<R> implements SubmitOptions {
  readonly future: Future<R>
  readonly timeout: SubmitOptions['timeout']
  readonly onProgress: SubmitOptions['onProgress']
  readonly caller: SubmitOptions['caller']
  #cancel: (() => void) | undefined

  constructor({ timeout, onProgress }: SubmitOptions, caller: SubmitOptions['caller']) {
    this.timeout = timeout
    this.onProgress = onProgress
    this.caller = caller
    this.future = new Future({
      onCancel: (wasRunning) => {
        this.#cancel?.()
        // Whoever waits for it need not wait until its turn in the queue comes.
        if (!wasRunning) this.future.setRunningOrNotifyCancel()
      },
    })
  }

  onSubmit(cancel: () => void): void {
    this.#cancel = cancel
  }

  onStart(): void {
    if (this.future.state === 'pending') this.future.setRunningOrNotifyCancel()
  }

  /** The same as any executor understands it. */
  plain(): SubmitOptions {
    const controller = new AbortController()
    this.#cancel = () => controller.abort()
    const { timeout, onProgress, caller } = this
    return { timeout, onProgress, caller, signal: controller.signal, onStart: () => this.onStart() }
  }
}
