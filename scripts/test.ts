// npm test -- [--timeout SECONDS] [FILE_OR_FOLDER…]: runs the tests, several files at once, none for ever.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { filesOf, root } from './project.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { timeout: { type: 'string', default: '120' } },
})
const seconds = Number(values.timeout)
const patterns = positionals.length === 0 ? ['test'] : positionals
const files = patterns.flatMap((path) => filesOf(path.endsWith('.ts') ? path : `${path}/**/*.test.ts`))

if (files.length === 0 || !(seconds > 0)) {
  console.error('Usage: npm test -- [--timeout SECONDS_PER_TEST] [FILE_OR_FOLDER…]; tests are test/<folder>/*.test.ts')
  process.exit(2)
}

const options = [
  '--test-reporter=spec',
  `--test-timeout=${seconds * 1000}`,
  // Tests wait for workers more than they compute, so two files at once even where there is one processor.
  `--test-concurrency=${Math.max(2, availableParallelism())}`,
]
// Without NODE_TEST_CONTEXT, so that a test may start the tests of another folder.
const { NODE_TEST_CONTEXT: _, ...env } = process.env
const runner = spawn(process.execPath, ['--test', ...options, ...files], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
  env: process.stdout.isTTY ? { ...env, FORCE_COLOR: '1' } : env,
})

// A test's time-out does not end a file whose process stays alive, with a handle left open or in a loop. Silence for
// longer than any test may take does; the runner then names the files it was waiting for.
const watchdog = setTimeout(
  () => {
    console.error(`No test ended for ${seconds + 30} s; giving up. A file named below never ended its process.`)
    runner.kill('SIGTERM')
  },
  (seconds + 30) * 1000,
)
runner.stdout.on('data', (text: Buffer) => {
  process.stdout.write(text)
  watchdog.refresh()
})

runner.on('close', (code) => {
  clearTimeout(watchdog)
  process.exitCode = code ?? 1
})
