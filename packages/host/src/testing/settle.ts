/** More steps than any chain of promises here has. */
const STEPS = 200

/** Lets everything go on that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    await Promise.resolve()
  }
}
