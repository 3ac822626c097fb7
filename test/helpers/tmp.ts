import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A folder that is removed at the end of the test. */
export function openFolder(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manyhands-test-')))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
