import type { Style } from '../../src/cli/terminal/style.ts'

const same = (text: string): string => text

/** No colours, whatever the environment says. */
export const plainStyle: Style = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }
