// Compiles src/ into dist/. The new dist/ is made beside the old one and then takes its place, so that a deleted source
// leaves no file behind, and whoever is running from dist/ meanwhile never sees half of it.
import { spawnSync } from 'node:child_process'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { root, tsc } from './project.ts'

const fresh = `${root}dist-${process.pid}`
const old = `${fresh}-old`
const { status } = spawnSync(tsc, ['-p', `${root}tsconfig.build.json`, '--outDir', fresh], { stdio: 'inherit' })

// A source with type errors is still compiled: its tests may run, the exit code tells.
if (existsSync(fresh)) replace()
process.exitCode = status ?? 1

function replace(): void {
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old)
      renameSync(fresh, `${root}dist`)
      break
    } catch (error) {
      // Another build was quicker between the two renames. Then its dist/ is the one to replace.
      if (attempt === 5) throw error
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
  }
}
