/**
 * Overwrites secrets that were used. JavaScript may have made copies that nobody can reach, so this shortens their life and
 * promises nothing.
 */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) {
    secret.fill(0)
  }
}
