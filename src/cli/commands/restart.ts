import type { Cli } from '../cli.ts'
import type { RunFlags } from '../define/run.ts'
import { UsageError } from '../errors.ts'
import { openStore } from '../../run/index.ts'
import { canAsk, confirm } from '../terminal/confirm.ts'
import { showMany } from '../terminal/units.ts'

/** Whether results that are there may be forgotten. Nobody is asked where there are none. */
export async function confirmRestart(path: string, { yes }: RunFlags, cli: Cli): Promise<boolean> {
  const store = openStore(path)
  const { done, failed } = store.status()
  store.close()
  if (yes || done + failed === 0) return true
  const loss = `${showMany(done, 'result')}${failed > 0 ? ` and ${showMany(failed, 'failure')}` : ''} in ${path}`
  if (!canAsk()) throw new UsageError(`--restart would forget ${loss}; add --yes to do that`)
  const isSure = await confirm(`Forget ${loss}, and begin anew?`)
  if (!isSure) cli.screen.print('Nothing was changed')
  return isSure
}
