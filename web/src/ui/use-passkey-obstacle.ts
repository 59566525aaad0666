import { useEffect, useState } from 'preact/hooks'
import {
  findPasskeyObstacle,
  passkeyObstacle,
  type PasskeyProblem,
  thisBrowser
} from '../state/passkey.ts'

/** Why no passkey can be had here, as far as anybody knows before one is made. */
export function usePasskeyObstacle(): PasskeyProblem | undefined {
  const [obstacle, setObstacle] = useState(() => passkeyObstacle(thisBrowser()))
  useEffect(() => {
    void findPasskeyObstacle(thisBrowser()).then(setObstacle)
  }, [])
  return obstacle
}
