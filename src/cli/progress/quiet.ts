import { LinesDisplay } from './lines.ts'

/** No progress: only failures, and what the tasks write. */
export class QuietDisplay extends LinesDisplay {
  override begin(): void {}
}
