import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { qrPath } from '../state/qr-path.ts'

/** What a camera needs around it to see where it begins. */
const QUIET_MODULES = 3

interface QrCodeProps {
  readonly text: string
  /** What it is, for whoever does not see it. */
  readonly label: string
}

/**
 * A text for a camera: dark on white in every theme, since many cameras read nothing else; with as few modules as there can be, since
 * nothing on a screen is worn off.
 */
export function QrCode({ text, label }: QrCodeProps): JSX.Element {
  const [drawn, setDrawn] = useState<{ readonly path: string; readonly size: number }>()
  useEffect(() => {
    let isWanted = true
    void import('qr').then(({ encodeQR }) => {
      const rows = encodeQR(text, 'raw', { ecc: 'low', border: QUIET_MODULES })
      if (isWanted) {
        setDrawn({ path: qrPath(rows), size: rows.length })
      }
    })
    return () => {
      isWanted = false
    }
  }, [text])
  const size = String(drawn?.size ?? 1)
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shape-rendering="crispEdges"
    >
      <path d={drawn?.path ?? ''} />
    </svg>
  )
}
