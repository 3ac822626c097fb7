import { drawBar } from './bar.ts'
import type { Opening } from './display.ts'
import { LinesDisplay } from './lines.ts'
import { openingSentence } from './sentences.ts'
import type { View } from './view.ts'

const FRAME = 100

/** A bar that is painted over and over, below the lines that stay. */
export class LiveDisplay extends LinesDisplay {
  #frames: NodeJS.Timeout | undefined
  #paint = (): void => {}

  override begin(opening: Opening, view: () => View): void {
    const { screen } = this
    screen.say(openingSentence(opening, screen.style))
    this.#paint = () => screen.paint(drawBar(view(), screen))
    this.#frames = setInterval(this.#paint, FRAME).unref()
    process.stderr.on('resize', this.#paint)
    process.on('SIGTSTP', this.#pause)
    process.on('SIGCONT', this.#paint)
    this.#paint()
  }

  override end(): void {
    clearInterval(this.#frames)
    process.stderr.off('resize', this.#paint)
    process.off('SIGTSTP', this.#pause)
    process.off('SIGCONT', this.#paint)
    this.screen.restore()
  }

  override stopping(sentence: string): void {
    super.stopping(sentence)
    this.#paint()
  }

  /** Ctrl-Z: the shell gets its cursor back. */
  readonly #pause = (): void => {
    this.screen.restore()
    process.kill(process.pid, 'SIGSTOP')
  }
}
