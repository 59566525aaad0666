/** How the build names the script of a worker. */
declare module '*?worker&url' {
  const url: string
  export default url
}
