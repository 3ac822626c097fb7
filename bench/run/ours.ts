import { fileURLToPath } from 'node:url'
import { Contender } from '../harness/index.ts'

const SCRIPT = fileURLToPath(new URL('contender.ts', import.meta.url))

/** The program of contender.ts. */
export function runs(): Contender {
  return new Contender('manyhands', process.execPath, ['--no-warnings', SCRIPT])
}
