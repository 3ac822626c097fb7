// What executors and futures infer from the task.
import {
  type CompletedFutures,
  Future,
  FuturesExecutor,
  InProcessExecutor,
  type MapResults,
  Pool,
  ProcessPoolExecutor,
  type Submitter,
  ThreadPoolExecutor,
  asCompleted,
  task,
  wait,
} from 'manyhands'
import { same } from './same.ts'

declare const double: (x: number) => number
declare const size: (path: string) => Promise<bigint>
declare const join: (a: string, b: number) => string
declare const now: () => Date
declare const maybe: (a: string, b?: number) => string
declare const all: (...numbers: number[]) => number
declare const numbers: number[]
const lookUp = task(import.meta, {
  setup: () => new Map([['one', 1]]),
  run: (word: string, { resource }) => resource.get(word),
})

await using threads = new ThreadPoolExecutor({ maxWorkers: 2, maxTasksPerChild: 5, memoryLimit: '512MB' })
const processes = new ProcessPoolExecutor({ workers: 2, initializer: now, onWorkerDeath: 'break' })
same<typeof threads.backend, Pool>()

const joined = threads.submit(join, 'a', 1)
same<typeof joined, Future<string>>()
const sized = processes.submit(size, 'a')
same<typeof sized, Future<bigint>>()
const got = await sized
same<typeof got, bigint>()
const result = await sized.result('5s')
same<typeof result, bigint>()
const date = threads.submit(now)
same<typeof date, Future<Date>>()
const once = threads.submit(maybe, 'a')
same<typeof once, Future<string>>()
const twice = threads.submit(maybe, 'a', 1)
same<typeof twice, Future<string>>()
const total = threads.submit(all, 1, 2, 3)
same<typeof total, Future<number>>()
const looked = threads.submit(lookUp, 'one')
same<typeof looked, Future<number | undefined>>()
const inline = threads.submit((x: number) => [x], 1)
same<typeof inline, Future<number[]>>()
const named = threads.submit('./tasks.ts#join', 'a', 1)
same<typeof named, Future<unknown>>()
sized.addDoneCallback((future) => same<typeof future, Future<bigint>>())

const mapped = threads.map(double, numbers)
same<typeof mapped, MapResults<number>>()
const sizes = threads.map(size, new Set(['a']), { timeout: '5s', bufferSize: 2 })
for await (const value of sizes) same<typeof value, bigint>()
const zipped = processes.map(
  join,
  ['a', 'b'],
  (async function* () {
    yield 1
  })(),
  { chunkSize: 2 },
)
same<typeof zipped, MapResults<string>>()
const partly = processes.map(maybe, ['a'], { chunkSize: 2 })
same<typeof partly, MapResults<string>>()

// Futures of several types in one list.
const { done, notDone } = await wait([sized, joined], { returnWhen: 'first-completed' })
same<typeof done, Set<Future<bigint> | Future<string>>>()
same<typeof notDone, Set<Future<bigint> | Future<string>>>()
for await (const future of asCompleted([sized, joined])) same<typeof future, Future<bigint> | Future<string>>()
for await (const future of asCompleted(new Set([sized]), { timeout: 5 })) same<typeof future, Future<bigint>>()
const completed: CompletedFutures<Future<unknown>> = asCompleted([joined])
const wider: Future<unknown> = joined

// One interface over everything that runs calls.
const executors: FuturesExecutor[] = [
  threads,
  processes,
  new FuturesExecutor(new Pool()),
  new FuturesExecutor(new InProcessExecutor(), { onWorkerDeath: 'replace' }),
]
const limited: Submitter = threads.with({
  timeout: '5s',
  signal: AbortSignal.timeout(5),
  onProgress: (value) => same<typeof value, unknown>(),
})
const counted = limited.submit(double, 1)
same<typeof counted, Future<number>>()
await threads.shutdown({ wait: false, cancelFutures: true })

const own = new Future<number>({ onCancel: (wasRunning) => same<typeof wasRunning, boolean>() })
if (own.setRunningOrNotifyCancel()) own.setResult(1)
own.setException(new Error('no'))
own.cancel({ kill: true, reason: 'enough' })

// @ts-expect-error the task takes a number
threads.submit(double, '1')
// @ts-expect-error an argument is missing
threads.submit(join, 'a')
// @ts-expect-error there is one argument too many
threads.submit(double, 1, 2)
// @ts-expect-error the second iterable is of numbers
threads.map(join, ['a'], ['b'])
// @ts-expect-error an iterable is missing
threads.map(join, ['a'])
// @ts-expect-error not an iterable
threads.map(double, 5)
// @ts-expect-error there is no such option
threads.map(double, numbers, { bufferedSize: 2 })
// @ts-expect-error the kind is the executor's own
void new ThreadPoolExecutor({ kind: 'process' })
// @ts-expect-error there is no such state
await wait([sized], { returnWhen: 'all' })
// @ts-expect-error a promise is no future
asCompleted([Promise.resolve(1)])
// @ts-expect-error the future is of numbers
own.setResult('1')
// @ts-expect-error a future of bigints is not one of strings
same<Future<string>, Future<bigint>>()
void [completed, wider, executors]
