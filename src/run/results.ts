import type { Done, Failure } from './store/outcome.ts'
import { openStore } from './store/store.ts'
import { MemoryRecorder } from './writer/memory-recorder.ts'
import type { Recorder } from './writer/recorder.ts'

/** What a run left behind, read when it is iterated, from its file or from memory. */
export function runResults<R>(
  store: string | undefined,
  recorder: Recorder,
): { readonly results: Iterable<Done<R>>; readonly failures: Iterable<Failure> } {
  if (store === undefined || recorder instanceof MemoryRecorder) {
    const memory = recorder instanceof MemoryRecorder ? recorder : new MemoryRecorder()
    return {
      results: each(() => fromMemory<Done<R>>(memory, 'done')),
      failures: each(() => fromMemory<Failure>(memory, 'failed')),
    }
  }
  return {
    results: each(() => fromFile<R, Done<R>>(store, 'done')),
    failures: each(() => fromFile<R, Failure>(store, 'failed')),
  }
}

function each<T>(read: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: read }
}

function* fromMemory<T>(memory: MemoryRecorder, status: 'done' | 'failed'): Generator<T> {
  for (const outcome of memory.outcomes()) if (outcome.status === status) yield outcome as T
}

function* fromFile<R, T>(path: string, status: 'done' | 'failed'): Generator<T> {
  const store = openStore<R>(path)
  try {
    yield* (status === 'done' ? store.results() : store.failures()) as Iterable<T>
  } finally {
    store.close()
  }
}
