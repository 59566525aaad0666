/** A check of one file of known answers. It needs no test library and no platform. */
export interface VectorCase {
  readonly title: string
  /** In `vectors/`, without its ending. */
  readonly file: string
  /** Takes the file's content, and throws where the engine gives something else. */
  run(vectors: unknown): void
}
