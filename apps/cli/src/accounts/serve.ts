import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { readingSays, type Report } from '@causeway/accounts'
import { type ExaminedDocument, type ExaminedUpload } from '@causeway/contract'
import { gather, openThreads, type Threads } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'

import { EXIT, Impossible, language } from '../command.ts'
import { CHECKOUT } from '../platform.ts'
import { LIMITS, REPORT_FORMS, reportAs, type ReportForm } from './check.ts'
import { sourcesIn } from './source.ts'
import { type Examined, type Task } from './task.ts'

/** Bytes of one upload. */
const LARGEST = 80 * 1024 * 1024
const MEDIA: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', '.json': 'application/json' }
/** The page loads from this machine and speaks to it alone. */
const HEADERS = {
  'content-security-policy': "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
}

type Engine = Threads<Task, Result<Examined, Refusal>>

/** A page of another origin, or a name that was made to point here, gets nothing. */
function isOurs(request: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  return hosts.includes(host ?? '') && (origin === undefined || hosts.includes(origin.replace(/^http:\/\//, '')))
}

/** The files of a form. */
async function filesOf(body: Buffer, contentType: string): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData().catch(() => new FormData())
  return Promise.all([...form.values()].filter((v) => typeof v !== 'string').map(async (f) => ({ name: f.name.slice(0, 200), bytes: new Uint8Array(await f.arrayBuffer()) })))
}

async function examineFiles(engine: Engine, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Promise<readonly ExaminedDocument[]> {
  return Promise.all(files.flatMap((f) => sourcesIn(f.name, f.bytes)).map(async (source): Promise<ExaminedDocument> => {
    const asked = await engine.ask({ source, withContent: true })
    const answer = asked.ok ? asked.value : asked
    return answer.ok ? { name: source.name, report: answer.value.report, content: answer.value.content! } : { name: source.name, problem: { code: answer.error.code, ...readingSays(answer.error) } }
  }))
}

async function answerPost(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const json = (status: number, value: unknown): void => { response.writeHead(status, { ...HEADERS, 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value)) }
  const refuse = (status: number, code: string): void => { const says = readingSays({ code }); json(status, { code, status, says: /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? says.en : says.zh }) }
  const body = await gather(request, LARGEST)
  if (body === undefined) { refuse(413, 'file-too-large'); return }
  const files = await filesOf(body, request.headers['content-type'] ?? '')
  if (files.length === 0) { refuse(400, 'file-empty'); return }
  const documents = await examineFiles(engine, files)
  if (url.pathname === '/api/examinations') { json(200, { documents } satisfies ExaminedUpload); return }
  const form = REPORT_FORMS.find((f) => f === url.searchParams.get('form'))
  if (form === undefined) { refuse(400, 'file-unknown'); return }
  response.writeHead(200, { ...HEADERS, 'content-type': MEDIA[`.${form}`]!, 'cache-control': 'no-store' }).end(await reportOfDocuments(form, documents, url.searchParams.get('name')))
}

/** The report of an upload, or of the one document of it that is named. */
export async function reportOfDocuments(form: ReportForm, documents: readonly ExaminedDocument[], name: string | null): Promise<Uint8Array> {
  const named = documents.filter((d) => d.name === name)
  const chosen = named.length > 0 ? named : documents
  const reports: readonly Report[] = chosen.flatMap((d) => ('report' in d ? [d.report] : []))
  return reportAs(form, reports, chosen.flatMap((d) => ('problem' in d ? [{ file: d.name, code: d.problem.code, says: d.problem.zh, saysEn: d.problem.en }] : [])))
}

/** What is served: the page and its parts, read once. */
function assetsOf(folder: string): ReadonlyMap<string, { readonly bytes: Buffer; readonly media: string }> {
  const page = join(folder, 'accounts.html')
  if (!existsSync(page)) throw new Impossible('web-not-built', 'the page is not built; run npm run setup in the checkout')
  const parts = readdirSync(join(folder, 'assets')).map((f) => [`/assets/${f}`, join(folder, 'assets', f)] as const)
  return new Map([['/', page] as const, ['/icon.svg', join(folder, 'icon.svg')] as const, ...parts].filter(([, file]) => existsSync(file)).map(([path, file]) => [path, { bytes: gzipSync(readFileSync(file)), media: MEDIA[extname(file)] ?? 'application/octet-stream' }]))
}

/** `accounts serve`: the page on this machine, for this machine. Ends with the process. */
export async function serve(port: number): Promise<number> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Impossible('usage', '--port takes a number up to 65535')
  const assets = assetsOf(join(CHECKOUT, 'apps', 'web', 'dist'))
  const engine: Engine = openThreads(new URL('./thread.ts', import.meta.url), { ...LIMITS, queue: 500 })
  let bound = port
  const server = createServer((request, response) => {
    if (!isOurs(request, bound)) { response.writeHead(403, HEADERS).end(); return }
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname
    if (request.method === 'POST' && (path === '/api/examinations' || path === '/api/examinations/report')) {
      answerPost(engine, request, response).catch(() => { if (!response.headersSent) response.writeHead(500, HEADERS); response.end() })
      return
    }
    const asset = request.method === 'GET' ? assets.get(path) : undefined
    if (asset === undefined) response.writeHead(404, HEADERS).end()
    else response.writeHead(200, { ...HEADERS, 'content-type': asset.media, 'content-encoding': 'gzip', 'cache-control': 'no-cache' }).end(asset.bytes)
  })
  await new Promise<void>((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => { failed(new Impossible(error.code === 'EADDRINUSE' ? 'port-taken' : 'port-refused', `port ${port} cannot be opened (${error.code ?? 'unknown'}); choose another with --port`)) })
    server.listen(port, '127.0.0.1', done)
  })
  bound = (server.address() as AddressInfo).port
  process.stdout.write(language() === 'zh' ? `决算公开文本核对：http://127.0.0.1:${bound}/ （仅本机可用；按 Ctrl+C 结束）\n` : `examination of final accounts: http://127.0.0.1:${bound}/ (this machine only; end with Ctrl+C)\n`)
  await new Promise<void>((done) => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { done() }) })
  server.closeAllConnections()
  server.close()
  await engine.end()
  return EXIT.done
}
