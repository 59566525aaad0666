/** The number of a release as people compare it: the SHA-256 in groups of four digits, sixteen of them. */

const GROUP_DIGITS = 4

/** @param hash base64url. What is none gives no groups. */
export function hashGroups(hash: string): readonly string[] {
  let binary: string
  try {
    binary = atob(hash.replaceAll('-', '+').replaceAll('_', '/'))
  } catch {
    return []
  }
  const bytes = Array.from({ length: binary.length }, (_, at) => binary.charCodeAt(at))
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return digits.match(new RegExp(`.{1,${String(GROUP_DIGITS)}}`, 'g')) ?? []
}
