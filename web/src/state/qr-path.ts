/** A QR code as one path of an SVG: each run of dark modules of a row is a rectangle, a module is one unit wide. */
export function qrPath(rows: readonly (readonly boolean[])[]): string {
  return rows.flatMap((row, y) => runsOf(row).map(([x, width]) => rectangle(x, y, width))).join('')
}

function rectangle(x: number, y: number, width: number): string {
  return `M${String(x)} ${String(y)}h${String(width)}v1h-${String(width)}z`
}

function runsOf(row: readonly boolean[]): readonly (readonly [x: number, width: number])[] {
  const runs: (readonly [number, number])[] = []
  let start: number | undefined
  for (const [x, isDark] of [...row, false].entries()) {
    if (isDark) {
      start ??= x
    } else if (start !== undefined) {
      runs.push([start, x - start])
      start = undefined
    }
  }
  return runs
}
