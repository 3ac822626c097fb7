// npm run lint: oxlint with type information, then what oxlint cannot express. `-- --fix` repairs what it can.
import { spawnSync } from 'node:child_process'
import { floorProblems } from './lint/floors.ts'
import { layoutProblems } from './lint/layout.ts'
import { lockfileProblems } from './lint/lockfile.ts'
import { filesOf, read, root } from './project.ts'

const oxlint = spawnSync(
  `${root}node_modules/.bin/oxlint`,
  ['--type-aware', '--report-unused-disable-directives', '--deny-warnings', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)

const manifest = JSON.parse(read('package.json')) as { dependencies?: Record<string, string> }
const dependencies = Object.keys(manifest.dependencies ?? {})
const written = filesOf('{src,test,scripts,bench,examples}/**/*.ts').filter(
  (path) => !path.includes('/fixtures/') && !path.includes('/node_modules/'),
)

const problems = [
  ...filesOf('src/**/*.ts').flatMap((path) => floorProblems(path.slice('src/'.length), read(path), dependencies)),
  ...written.flatMap((path) => layoutProblems(path, read(path))),
  ...lockfileProblems(JSON.parse(read('package-lock.json')) as Parameters<typeof lockfileProblems>[0]),
]
for (const problem of problems) console.error(problem)
if (problems.length > 0) console.error(`${problems.length} problems with floors, layout or the lock file`)
process.exitCode = oxlint.status === 0 && problems.length === 0 ? 0 : 1
