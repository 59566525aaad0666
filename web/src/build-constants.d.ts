/** What the build writes into the app. */
interface ImportMetaEnv {
  readonly SEALPOST_VERSION: string
}

interface ImportMeta {
  readonly env: ImportMetaEnv
}
