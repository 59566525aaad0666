/** Gives a file to the person, where the browser puts what is downloaded. */

/** Long enough for a browser to begin; afterwards its memory is given back. */
const GIVEN_MS = 60_000

export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(address)
  }, GIVEN_MS)
}

/** The same kind of name as the command gives, so that files of both sort together. */
export function backupFileName(createdAtMs: number): string {
  const stamp = new Date(createdAtMs).toISOString().slice(0, 19).replaceAll(':', '-')
  return `sealpost-${stamp}.backup`
}
