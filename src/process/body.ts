import type { Readable } from 'node:stream'
import type { Channel } from '../wire/index.ts'
import type { Words } from '../memory/index.ts'
import type { WorkerEnd } from './errors.ts'
import type { WorkerSettings } from './protocol.ts'

/** What a worker lives in: a thread or a process. */
export interface WorkerBody {
  readonly channel: Channel
  /** Process id of the worker. */
  readonly pid: number
  /** Where the call it runs now can be read; only memory shared with a thread tells that. */
  readonly current: Words | undefined
  readonly outputs: { readonly stdout: Readable; readonly stderr: Readable }
  /** Ends it at once, whatever it does. */
  kill(): void
  /** Whether it keeps the program alive. */
  ref(): void
  unref(): void
  /** Tells that it has calls in its hands, or none. */
  watch?(busy: boolean): void
}

/** How a body says that it ended: everything but the worker's name. Called once, after its last message. */
export type BodyEnd = Omit<WorkerEnd, 'worker'>

export interface BodyOptions {
  readonly settings: WorkerSettings
  /** Bytes of heap. */
  readonly memoryLimit: number | undefined
  readonly env: NodeJS.ProcessEnv | undefined
  readonly execArgv: readonly string[] | undefined
  readonly onEnd: (end: BodyEnd) => void
}
