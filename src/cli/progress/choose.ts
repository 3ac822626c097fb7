import type { Cli } from '../cli.ts'
import type { ProgressMode } from '../define/run.ts'
import type { Display } from './display.ts'
import { JsonDisplay } from './json.ts'
import { LinesDisplay } from './lines.ts'
import { LiveDisplay } from './live.ts'
import { QuietDisplay } from './quiet.ts'

/** The display that was asked for, or that suits where stderr leads. */
export function chooseDisplay(mode: ProgressMode, cli: Cli): Display {
  switch (mode) {
    case 'auto':
      return chooseDisplay(isLively(cli) ? 'bar' : 'plain', cli)
    case 'bar':
      return new LiveDisplay(cli.screen)
    case 'plain':
      return new LinesDisplay(cli.screen)
    case 'json':
      return new JsonDisplay(cli.screen)
    case 'none':
      return new QuietDisplay(cli.screen)
  }
}

/** Whether lines can be painted over here, and someone looks. */
function isLively({ screen }: Cli): boolean {
  const { CI, TERM } = process.env
  return screen.isTerminal && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false' || CI === '0')
}
