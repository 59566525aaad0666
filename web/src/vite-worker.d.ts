/** How the build names the script of a worker. */
declare module '*?worker&url' {
  const url: string
  export default url
}

/** What `web/release-keys.json` holds: base64url of the public keys that sign releases. Known to the service worker alone. */
declare const RELEASE_KEYS: readonly string[]
