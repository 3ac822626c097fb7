import { fileURLToPath } from 'node:url'
import { Contender, type Entry } from '../harness/index.ts'
import { type LogSet, checkDigest } from './sets.ts'

/** The program of contender.ts, and entries for its cases that check the digest. */
export function warm(): { entry: (name: string, ask: string, set: LogSet, more?: object) => Entry; contender: Contender; end: () => Promise<void> } {
  const script = fileURLToPath(new URL('contender.ts', import.meta.url))
  const contender = new Contender('manyhands', process.execPath, ['--no-warnings', script])
  return {
    contender,
    end: () => contender.end(),
    entry: (name, ask, set, more = {}) => ({
      name,
      run: async () => {
        const answer = await contender.ask(ask, { files: set.files, raw: set.raw, ...more })
        checkDigest(name, set, String(answer['digest']))
        return { ...answer, cpu: Number(answer['cpu']) / 1000, wall: Number(answer['wall']) / 1000 }
      },
    }),
  }
}
