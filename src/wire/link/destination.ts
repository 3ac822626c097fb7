let destination: string | undefined

/**
 * Runs `encode` for a frame that goes to the isolate at `address`, so that a handle in it knows whom it is given to.
 */
export function encodingFor<T>(address: string | undefined, encode: () => T): T {
  const before = destination
  destination = address
  try {
    return encode()
  } finally {
    destination = before
  }
}

/** Whom the value that is being encoded goes to, where that is known: as an argument or a result, not in a queue. */
export function encodingDestination(): string | undefined {
  return destination
}
