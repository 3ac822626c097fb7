import { task, type Task } from 'manyhands'
import { same } from './same.ts'

// With parts: a function of the call's own arguments; the resource is what `setup` gave, awaited or not.
const lookUp = task(import.meta, {
  setup: async () => new Map([['one', 1]]),
  run: (word: string, { resource, signal }) => {
    same<typeof resource, Map<string, number>>()
    same<typeof signal, AbortSignal>()
    return resource.get(word)
  },
  teardown: (resource) => {
    same<typeof resource, Map<string, number>>()
    resource.clear()
  },
})
same<typeof lookUp, Task<[word: string], number | undefined>>()
same<Awaited<ReturnType<typeof lookUp>>, number | undefined>()

const nothing = task(import.meta, { setup: () => 1, run: () => 1 })
same<typeof nothing, Task<[], number>>()
const ignoresContext = task(import.meta, { run: (a: number, b: string) => [a, b] as const })
same<typeof ignoresContext, Task<[a: number, b: string], readonly [number, string]>>()
