// A network between a browser and a server, on an address of its own. It keeps
// every byte that the browser sends, and does what networks do: it cuts, loses
// and changes what it was told to.
import { createServer, request } from 'node:http'

/**
 * Starts a proxy to a server. Its .requests are "METHOD /path" in their order,
 * .bytes() is everything that the browser sent, and .trouble() has something
 * happen to requests.
 */
export async function startProxy(target) {
  const connections = []
  const requests = []
  const troubles = []
  const server = createServer((from, to) => {
    const what = `${from.method} ${from.url}`
    requests.push(what)
    const trouble = troubles.find((one) => one.times > 0 && what.startsWith(one.on) && !one.not?.(from.headers) && one.after-- <= 0)
    if (trouble) trouble.times--
    const { socket } = from
    pass(target, from, to, trouble ?? {}, () => socket.destroy()).catch(() => socket.destroy())
  })
  server.on('connection', (socket) => {
    const bytes = []
    connections.push(bytes)
    socket.on('data', (part) => bytes.push(part))
    socket.on('error', () => {})
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    bytes: () => Buffer.concat(connections.flat()),
    connections: () => connections.map((parts) => Buffer.concat(parts)),
    posts: () => requests.filter((what) => !what.startsWith('GET ')),

    /**
     * Has something happen to the next request that begins with on, after some
     * others of them, unless not says so of its headers: before is awaited; answer is sent instead of the server's;
     * cut ends it after so many bytes of its body, lose after so many of the
     * answer's; also is done before; change gets the answer's body.
     */
    trouble: (on, what, after = 0, times = 1) => {
      troubles.push({ on, after, times, ...what })
    },
    calm: () => troubles.splice(0),
  }
}

async function pass(target, from, to, trouble, end) {
  let body = from
  if (trouble.before) {
    if (from.method === 'POST') body = await from.toArray()
    await trouble.before()
    if (to.closed) return // whoever asked has hung up
  }
  if (trouble.answer) return answerWith(from, to, trouble.answer)
  const headers = { ...from.headers, connection: 'close', ...(trouble.change && { 'accept-encoding': 'identity' }) }
  const up = request(target + from.url, { method: from.method, headers, agent: false })
  up.on('error', end)
  up.on('response', (answer) => back(answer, to, trouble, end).catch(end))
  let sent = 0
  for await (const part of body) {
    const left = (trouble.cut ?? Infinity) - sent
    await new Promise((written) => up.write(part.subarray(0, left), written))
    sent += part.length
    if (part.length >= left) {
      await trouble.also?.()
      up.destroy()
      end()
      return
    }
  }
  up.end()
}

async function back(answer, to, trouble, end) {
  if (trouble.lose === undefined && !trouble.change) {
    to.writeHead(answer.statusCode, answer.rawHeaders)
    answer.pipe(to)
    return
  }
  const parts = []
  for await (const part of answer) parts.push(part)
  const body = Buffer.concat(parts)
  if (trouble.change) {
    const changed = trouble.change(body)
    const { 'transfer-encoding': _, ...headers } = answer.headers
    to.writeHead(answer.statusCode, { ...headers, 'content-length': changed.length })
    to.end(changed)
    return
  }
  if (trouble.lose > 0) {
    to.writeHead(answer.statusCode, answer.rawHeaders)
    await new Promise((written) => to.write(body.subarray(0, trouble.lose), written))
  }
  await trouble.also?.()
  end()
}

async function answerWith(from, to, { status, headers = {}, body = '' }) {
  for await (const _ of from) { /* the browser may say all it has to say */ }
  const content = Buffer.from(typeof body === 'object' ? JSON.stringify(body) : body)
  to.writeHead(status, { 'content-type': 'application/json', 'content-length': content.length, ...headers })
  to.end(content)
}
