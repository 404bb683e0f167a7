import { type Problem } from '@causeway/contract'

/** A refusal as the server told it. */
export class Refused extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.says)
    this.problem = problem
  }
}

let csrf = ''
let language: 'zh' | 'en' = 'zh'

export function setCsrf(token: string): void { csrf = token }
export function setLanguageHeader(l: 'zh' | 'en'): void { language = l }

const AWAY: Readonly<Record<'zh' | 'en', string>> = { zh: '连接不上服务器，您填写的内容没有丢失，请稍后再试。', en: 'The server cannot be reached. Nothing you filled in is lost; please try again.' }

/** Asks the server. A repeat under the same key is the same act: the key is made when a form is opened. */
export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, o: { readonly body?: unknown; readonly form?: FormData; readonly file?: Blob; readonly type?: string; readonly key?: string } = {}): Promise<T> {
  const headers: Record<string, string> = { 'accept-language': language }
  if (method !== 'GET') { headers['x-csrf-token'] = csrf; headers['idempotency-key'] = o.key ?? crypto.randomUUID() }
  if (o.body !== undefined) headers['content-type'] = 'application/json'
  if (o.file !== undefined) headers['content-type'] = o.type ?? 'application/octet-stream'
  const body = o.form ?? o.file ?? (o.body === undefined ? undefined : JSON.stringify(o.body))
  let response: Response
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body }) })
  } catch {
    throw new Refused({ code: 'away', status: 0, says: AWAY[language] })
  }
  const value = (await response.json().catch(() => ({ code: 'away', status: response.status, says: AWAY[language] }))) as T & Problem
  if (!response.ok) throw new Refused(value)
  return value
}

/** Asks for a file that is made from what is sent. */
export async function askFile(path: string, form: FormData): Promise<Blob> {
  const response = await fetch(path, { method: 'POST', headers: { 'accept-language': language, 'x-csrf-token': csrf, 'idempotency-key': crypto.randomUUID() }, body: form }).catch(() => undefined)
  if (response === undefined) throw new Refused({ code: 'away', status: 0, says: AWAY[language] })
  if (!response.ok) throw new Refused((await response.json().catch(() => ({ code: 'away', status: response.status, says: AWAY[language] }))) as Problem)
  return response.blob()
}
