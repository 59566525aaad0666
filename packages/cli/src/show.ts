/** Shows what a command found: as one JSON object with `--json`, else as text. */
import type { Context } from './command.ts'

/** A field that is undefined is left out of the object. */
export async function show(
  { values, screen }: Pick<Context, 'values' | 'screen'>,
  found: object,
  text: string | undefined
): Promise<void> {
  if (values.has('--json')) {
    await screen.print(JSON.stringify(found))
  } else if (text !== undefined) {
    await screen.print(text)
  }
}

/** Says something beside the point, to people alone. */
export async function remark(
  { values, screen }: Pick<Context, 'values' | 'screen'>,
  text: string
): Promise<void> {
  if (!values.has('--json')) {
    await screen.warn(text)
  }
}

/** Says on the standard error what does not end the command and still matters: to programs as an object. */
export async function warn(
  { values, screen }: Pick<Context, 'values' | 'screen'>,
  message: string
): Promise<void> {
  await screen.warn(values.has('--json') ? JSON.stringify({ warning: { message } }) : message)
}
