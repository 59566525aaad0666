import type { Context } from './command.ts'
import { qrLines } from './screen/qr-lines.ts'
import { remark, show } from './show.ts'

/** Shows a code by which a device joins: as text, and where there is room as a picture. */
export async function showLinkingCode(
  context: Pick<Context, 'values' | 'screen'>,
  code: string,
  { lead, scan }: { readonly lead: string; readonly scan: string }
): Promise<void> {
  const { screen, values } = context
  await remark(context, lead)
  await show(context, { code }, code)
  const drawn = values.has('--json') ? undefined : qrLines(code, screen.columns)
  if (drawn !== undefined) {
    await screen.print(`${scan}\n${drawn}`)
  }
}
