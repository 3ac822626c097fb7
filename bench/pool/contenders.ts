// The pools that take part, each a program of its own.
import { fileURLToPath } from 'node:url'
import { type Bench, Contender, PEERS, has, hasPools } from '../harness/index.ts'

const OURS = fileURLToPath(new URL('contender.ts', import.meta.url))
const NODE = ['--expose-gc', '--no-warnings']

export function ours(kind: 'thread' | 'process', workers = 2): Contender {
  return new Contender(`manyhands, ${plural(kind)}`, process.execPath, [...NODE, OURS, kind, String(workers)])
}

export function peer(library: string, kind: 'thread' | 'process', workers = 2): Contender {
  const name =
    library === 'bare'
      ? kind === 'thread'
        ? 'a bare postMessage'
        : 'a bare fork, advanced'
      : `${library}, ${plural(kind)}`
  // The bare worker is one.
  const count = library === 'bare' ? 1 : workers
  return new Contender(name, process.execPath, [...NODE, `${PEERS}/pool.mjs`, library, kind, String(count)])
}

/** No pool: bare threads that each do their share. */
export function ideal(workers = 2): Contender {
  const args = ['--no-warnings', `${PEERS}/ideal.mjs`, String(workers)]
  return new Contender('bare threads without calls', process.execPath, args)
}

export function python(workers = 2): Contender {
  return new Contender('Python Pool', 'python3', [`${PEERS}/pool.py`, String(workers)])
}

const ALL = {
  thread: ['piscina', 'tinypool', 'workerpool', 'jest-worker'],
  process: ['tinypool', 'workerpool', 'jest-worker'],
}
const SOME = { thread: ['piscina'], process: ['tinypool'] }

/** Makes the peers that can be had here; `make` is kept for those that are started anew for each round. */
export function peers(bench: Bench, kinds: readonly ('thread' | 'process')[]): (() => Contender)[] {
  const makers: (() => Contender)[] = []
  if (hasPools(bench)) {
    for (const kind of kinds) {
      const libraries = bench.short ? SOME[kind] : ALL[kind]
      makers.push(...libraries.map((library) => () => peer(library, kind)))
    }
  }
  if (has(bench, 'python3')) makers.push(() => python())
  return makers
}

function plural(kind: 'thread' | 'process'): string {
  return kind === 'thread' ? 'threads' : 'processes'
}
