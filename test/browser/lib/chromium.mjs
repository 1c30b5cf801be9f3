// One chromium for all suites of a run. It prints the address to connect to, and
// ends when its stdin does.
import { launchServer } from './browser.mjs'

const server = await launchServer()
console.log(server.wsEndpoint())
process.stdin.resume()
process.stdin.once('end', async () => {
  await server.close()
  process.exit()
})
