import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

/** One file of the built web, held in memory: the checkout may be closed to the server's own user. */
interface Asset {
  readonly bytes: Buffer
  readonly zipped: Buffer | undefined
  readonly mediaType: string
  readonly etag: string
  readonly immutable: boolean
}

/** A worker brings its own policy: only the one that reads bar codes may compile WebAssembly, and it may do nothing else. */
const READER = /^\/assets\/bar-code-reader-[\w-]+\.js$/
const READER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

const MEDIA: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
}

/** Reads the whole built web into memory. An absent folder is an empty web. */
export function readAssets(folder: string): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>()
  if (!existsSync(folder)) return assets
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = readFileSync(file)
    const mediaType = MEDIA[extname(file)] ?? 'application/octet-stream'
    const name = `/${relative(folder, file).split(sep).join('/')}`
    assets.set(name, {
      bytes,
      mediaType,
      zipped: /text|json|svg|wasm/.test(mediaType) && bytes.length > 512 ? gzipSync(bytes, { level: 9 }) : undefined,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      immutable: name.startsWith('/assets/'),
    })
  }
  return assets
}

function send(asset: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (READER.test(request.url)) void reply.header('content-security-policy', READER_POLICY)
  void reply.header('etag', asset.etag).header('vary', 'accept-encoding')
  void reply.header('cache-control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send()
  void reply.type(asset.mediaType)
  if (asset.zipped !== undefined && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    return reply.header('content-encoding', 'gzip').send(asset.zipped)
  }
  return reply.send(asset.bytes)
}

/** The web's two entries and their files. Every address below an entry is that entry's page: the page finds its room. */
export function serveWeb(app: FastifyInstance, assets: ReadonlyMap<string, Asset>): void {
  const page = (name: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const asset = assets.get(name)
    if (asset === undefined) return reply.code(503).type('text/plain').send('The web is not built: run npm run setup.\n')
    return send(asset, request, reply)
  }
  app.get('/', async (_, reply) => reply.redirect('/office', 302))
  for (const entry of ['portal', 'office']) {
    app.get(`/${entry}`, page(`/${entry}.html`))
    app.get(`/${entry}/*`, page(`/${entry}.html`))
  }
  for (const [name, asset] of assets) {
    if (!name.endsWith('.html')) app.get(name, async (request, reply) => send(asset, request, reply))
  }
}
