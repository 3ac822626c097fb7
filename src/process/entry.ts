/** What runs in a body: the agent of a pool, which serves calls, or the one function of a Process or Thread. */
export type Program = 'agent' | 'main'

const ENTRIES = {
  agent: { process: 'entry-process', thread: 'entry-thread' },
  main: { process: 'entry-main-process', thread: 'entry-main-thread' },
} as const

/** The file that a body starts with: beside this one, a source or its build as this one is. */
export function entryUrl(kind: 'process' | 'thread', program: Program): URL {
  return new URL(`./${ENTRIES[program][kind]}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

const WITH_VALUE = new Set([
  '-e',
  '--eval',
  '-p',
  '--print',
  '-r',
  '--input-type',
  '--inspect-port',
  '--debug-port',
  '--watch-path',
  '--test-name-pattern',
  '--test-skip-pattern',
  '--test-reporter',
  '--test-reporter-destination',
  '--test-timeout',
  '--test-concurrency',
  '--test-shard',
])
const NOT_FOR_CHILDREN =
  /^(-[epci]$|-pe$|--eval|--print|--check$|--interactive$|--input-type|--inspect|--debug-port|--test|--watch|--experimental-test|--run$|--build-snapshot)/

/** Node's own options that a child process should start with: those of this one, but for what made it a script, a test or a debuggee. */
export function childExecArgv(execArgv: readonly string[] = process.execArgv): string[] {
  const kept: string[] = []
  for (let index = 0; index < execArgv.length; index++) {
    const argument = execArgv[index] ?? ''
    if (!NOT_FOR_CHILDREN.test(argument)) kept.push(argument)
    else if (WITH_VALUE.has(argument)) index++
  }
  return kept
}
