// What `task()` infers.
import { task, type Task, type TaskContext } from 'manyhands'
import { same } from './same.ts'

// A plain function stays what it is, overloads and generics included.
const double = task(import.meta, (x: number) => x * 2)
same<typeof double, (x: number) => number>()
const identity = task(import.meta, <T>(value: T): T => value)
same<typeof identity, <T>(value: T) => T>()
same<ReturnType<typeof identity<'a'>>, 'a'>()
const later = task(import.meta, async (path: string, limit?: number) => [path, limit] as const)
same<typeof later, (path: string, limit?: number) => Promise<readonly [string, number | undefined]>>()

// With parts: a function of the call's own arguments.
const lookUp = task(import.meta, {
  setup: async () => new Map([['one', 1]]),
  run: (word: string, { resource }: TaskContext<Map<string, number>>) => resource.get(word),
  teardown: (resource) => {
    same<typeof resource, Map<string, number>>()
    resource.clear()
  },
})
same<typeof lookUp, Task<[word: string], number | undefined>>()
same<Awaited<ReturnType<typeof lookUp>>, number | undefined>()

const withoutSetup = task(import.meta, { run: (a: number, b: string, { log }: TaskContext) => log(a, b) })
same<Parameters<typeof withoutSetup>, [a: number, b: string]>()

// @ts-expect-error the module is missing
task((x: number) => x)
// @ts-expect-error `run` is missing
task(import.meta, { setup: () => 1 })
// @ts-expect-error `teardown` takes the resource of `setup`
task(import.meta, { setup: () => 1, run: (_: string) => 2, teardown: (_r: string) => {} })
// @ts-expect-error a path is not a module
task('./tasks.ts', (x: number) => x)
// @ts-expect-error the task takes a number
double('1')
