/** Words as a shell takes them: quoted where that is needed, and no more than that. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (isPlain(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ')
}

function isPlain(word: string): boolean {
  return /^[\w@%+=:,./#-]+$/.test(word) && !word.startsWith('#')
}
