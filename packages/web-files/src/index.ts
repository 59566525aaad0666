export { builtWebClient } from './built-web-client.ts'
export { isLoopbackHost } from './loopback-host.ts'
export { serveWebClient, type WebClientAnswers } from './serve-web-client.ts'
export { loadWebClient, type WebClient } from './web-client.ts'
