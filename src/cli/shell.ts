/** Words as a shell takes them: quoted where that is needed, and no more than that. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => /^[\w@%+=:,./#-]+$/.test(word) && !word.startsWith('#') ? word : `'${word.replaceAll("'", "'\\''")}'`).join(' ')
}
