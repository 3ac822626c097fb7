import type { Readable } from 'node:stream'
import type { Channel } from '../wire/index.ts'
import type { Words } from '../memory/index.ts'
import type { Program } from './entry.ts'
import type { WorkerEnd } from './errors.ts'
import type { WorkerSettings } from './protocol.ts'

/** What a worker lives in: a thread or a process. */
export interface WorkerBody {
  readonly channel: Channel
  /** Process id of the worker. */
  readonly pid: number
  /** Where the call it runs now can be read; only memory shared with a thread tells that. */
  readonly current: Words | undefined
  /** What it writes; null where that goes to the owner's own streams without passing through here. */
  readonly outputs: { readonly stdout: Readable; readonly stderr: Readable } | null
  /** Ends it at once, whatever it does; a process with SIGTERM, if asked so, which its code may handle. */
  kill(signal?: 'SIGTERM' | 'SIGKILL'): void
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
  /** What runs in it. @default 'agent' */
  readonly program?: Program
  /** Whether its standard output and error are the owner's own. @default false */
  readonly inheritOutput?: boolean
  /** Whether it may go on when its owner dies; only a process can. @default false */
  readonly outlives?: boolean
  /** Bytes of heap. */
  readonly memoryLimit: number | undefined
  readonly env: NodeJS.ProcessEnv | undefined
  readonly execArgv: readonly string[] | undefined
  readonly onEnd: (end: BodyEnd) => void
}
