import type { JSX } from 'preact'

/** Why something was not done: said aloud when it comes. */
export function ErrorLine({ error }: { readonly error: string | undefined }): JSX.Element {
  return (
    <p class="error" role="alert">
      {error}
    </p>
  )
}
