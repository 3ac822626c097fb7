// The first Node on PATH that is too old for manyhands: the one that says so must be a real one.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { tooOld } from '../src/errors/node-version.ts'

/** Its path, or undefined where there is none. */
export function oldNode(): string | undefined {
  const folders = new Set((process.env['PATH'] ?? '').split(delimiter))
  return [...folders]
    .map((folder) => join(folder, 'node'))
    .find((path) => {
      const { stdout, status } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      return status === 0 && tooOld(stdout.trim()) !== undefined
    })
}
