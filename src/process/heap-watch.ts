import type { Worker } from 'node:worker_threads'

/** What buffers may take besides, as with a process. */
const OUTSIDE_BYTES = 128 * 1024 ** 2

/** How often the heap of a busy thread is looked at, in milliseconds. */
const WATCH_EVERY = 50

/**
 * Ends a thread whose heap grows beyond its limit.
 *
 * V8's own limit is not enough for that: when a single allocation overshoots it by far, such as a Map or an array that
 * doubles, it ends the whole process instead of the thread. So that limit is set well above ours, and the heap of a busy
 * thread is looked at now and then: a thread answers in the middle of a loop too.
 */
export class HeapWatch {
  readonly #thread: Worker
  readonly #limit: number | undefined
  readonly #onExceeded: () => void
  #timer: NodeJS.Timeout | undefined
  #looking = false
  /** How large the heap was when it was found to be too large. */
  exceeded: string | undefined

  /** @param limit - bytes; without it nothing is watched. */
  constructor(thread: Worker, limit: number | undefined, onExceeded: () => void) {
    this.#thread = thread
    this.#limit = limit
    this.#onExceeded = onExceeded
  }

  watch(busy: boolean): void {
    if (busy && this.#limit !== undefined) this.#timer ??= setInterval(() => void this.#look(), WATCH_EVERY).unref()
    else this.stop()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#limit === undefined) return
    this.#looking = true
    try {
      const { used_heap_size: heap, external_memory: outside } = await this.#thread.getHeapStatistics()
      if (this.#timer === undefined) return
      if (heap > this.#limit) this.#exceed(`${megabytes(heap)} of heap`)
      else if (outside > this.#limit + OUTSIDE_BYTES) this.#exceed(`${megabytes(outside)} outside the heap`)
    } catch {
      // It ended meanwhile.
    } finally {
      this.#looking = false
    }
  }

  #exceed(size: string): void {
    this.exceeded = size
    this.stop()
    this.#onExceeded()
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`
}

/** V8's limit for a thread that is watched: out of reach in the time between two looks, in megabytes. */
export function hardLimit(limit: number): number {
  return Math.ceil((limit * 2) / 1024 ** 2) + 256
}
