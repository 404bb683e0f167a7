import { type BatchList, type PermitVerification, type TrustPage, type Verification, type VerificationBatch, type VerificationPolicy } from '@causeway/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ChangeEvent, type DragEvent } from 'react'

import { ask } from '../ask.ts'
import { useLanguage, useTerm, useWords } from '../language.tsx'
import { ActButton } from '../parts/act.tsx'
import { Choice, TextField } from '../parts/field.tsx'
import { State, Table, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { type Picture, type Sight } from '../sight.ts'
import { checkName, checkSays, fieldName, VERIFICATION, VERIFICATION_TERMS } from '../words/verification.ts'

const API = '/api/verification'

/** The files of what was dropped, folders walked through. */
async function droppedFiles(e: DragEvent): Promise<readonly File[]> {
  const walk = async (entry: FileSystemEntry): Promise<readonly File[]> => {
    if (entry.isFile) return [await new Promise<File>((done, failed) => { (entry as FileSystemFileEntry).file(done, failed) })]
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    const found: File[] = []
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, failed) => { reader.readEntries(done, failed) })
      if (some.length === 0) return found
      for (const inner of some) found.push(...(await walk(inner)))
    }
  }
  const entries = [...e.dataTransfer.items].map((i) => i.webkitGetAsEntry()).filter((x) => x !== null)
  return (await Promise.all(entries.map(walk))).flat()
}

const formOf = (files: readonly File[]): FormData => {
  const form = new FormData()
  for (const f of files) form.append('file', f, f.name)
  return form
}

function Checks({ checks }: { readonly checks: Verification['checks'] }) {
  const w = useWords(VERIFICATION)
  const term = useTerm(VERIFICATION_TERMS)
  const { language } = useLanguage()
  return (
    <Table caption={w.checks} rows={checks} rowKey={(c) => c.name} columns={[
      { name: w.check, cell: (c) => <>{checkName(c.name.replace(/#\d+$/, ''), language)}{/#\d+$/.exec(c.name)?.[0]} <small><code>{c.name}</code></small></> },
      { name: w.outcome, cell: (c) => <><State code={`verdict-${c.outcome}`} says={term(c.outcome)} />{c.excused === true && <small> {w.excused}</small>}</> },
      { name: w.detail, wide: true, cell: (c) => <>{checkSays(c, language)} <small>{c.clause}</small>{c.evidence !== undefined && <details><summary>{w.evidence}</summary><dl className="evidence">{Object.entries(c.evidence).map(([k, v]) => <div key={k}><dt>{k}</dt><dd><code>{typeof v === 'string' ? v : v.join(' ')}</code></dd></div>)}</dl></details>}</> },
    ]} />
  )
}

/** What was found, with its reasons: first what it comes to, then why, then by what. */
function VerdictCard({ v }: { readonly v: Verification }) {
  const w = useWords(VERIFICATION)
  const term = useTerm(VERIFICATION_TERMS)
  const { language } = useLanguage()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => { heading.current?.focus() }, [v])
  return (
    <section className={`card verdict ${v.verdict}`} aria-label={w.verdict}>
      <h2 ref={heading} tabIndex={-1}>{w.verdict}：{term(v.verdict)}</h2>
      <p>{term(v.kind)} · {w[v.policy].replace(/[（(].*/, '')} · <time>{when(v.at)}</time></p>
      {v.kind === 'security-object' && <p><b>{w.notDocument}</b></p>}
      <p><small>{w.by}：<code>{v.trust.version}</code> {v.trust.says[language]}</small></p>
      <Checks checks={v.checks} />
      {v.content.length > 0 && <details open><summary>{w.content}</summary><dl className="facts">{v.content.map((c) => <div key={c.name}><dt>{fieldName(c.name, language)}</dt><dd>{c.value}</dd></div>)}</dl></details>}
      {v.defects.length > 0 && <details><summary>{w.defects}（{v.defects.length}）</summary><ul className="lines">{v.defects.map((d) => <li key={`${d.code}${d.at}${String(d.offset)}`}><code>{d.code}</code> {d.at} <span lang="en">{d.says}</span> <small>{d.clause}</small></li>)}</ul></details>}
    </section>
  )
}

function Files({ policy, done }: { readonly policy: VerificationPolicy; readonly done: (v: Verification) => void }) {
  const w = useWords(VERIFICATION)
  const [over, setOver] = useState(false)
  const [chooser, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)]
  const look = useMutation({ mutationFn: async (files: readonly File[]) => ask<Verification>('POST', `${API}/files?policy=${policy}`, { form: formOf(files) }), onSuccess: done })
  const chosen = (e: ChangeEvent<HTMLInputElement>): void => { const files = [...(e.target.files ?? [])]; e.target.value = ''; if (files.length > 0) look.mutate(files) }
  return (
    <section className="card">
      <h2>{w.files}</h2>
      <div className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => { setOver(false) }} onDrop={(e) => { e.preventDefault(); setOver(false); void droppedFiles(e).then((f) => { if (f.length > 0) look.mutate(f) }) }}>
        <p>{look.isPending ? w.working : w.drop}</p>
        <p className="buttons">
          <button type="button" className="main" disabled={look.isPending} onClick={() => { chooser.current?.click() }}>{w.chooseFiles}</button><button type="button" disabled={look.isPending} onClick={() => { folder.current?.click() }}>{w.chooseFolder}</button>
        </p>
        <input ref={chooser} type="file" multiple tabIndex={-1} aria-label={w.chooseFiles} onChange={chosen} /><input ref={(e) => { folder.current = e; e?.setAttribute('webkitdirectory', '') }} type="file" multiple tabIndex={-1} aria-label={w.chooseFolder} onChange={chosen} />
        <small>{w.kinds}</small>
      </div>
      <Trouble error={look.error} />
    </section>
  )
}

/** The number in what a scanner typed: the number itself, or the second line of a zone. */
const numberIn = (text: string): string => (/^([A-Z0-9]{9})/.exec(text.trim().toUpperCase().split(/\s+/).at(-1) ?? '')?.[1] ?? text.trim())

function Permit() {
  const w = useWords(VERIFICATION)
  const term = useTerm(VERIFICATION_TERMS)
  const { language } = useLanguage()
  const [text, setText] = useState('')
  const look = useMutation({ mutationFn: async () => ask<PermitVerification>('GET', `${API}/permits/${encodeURIComponent(numberIn(text))}`) })
  const p = look.data
  return (
    <section className="card">
      <h2>{w.permit}</h2>
      <form onSubmit={(e) => { e.preventDefault(); if (text.trim() !== '') look.mutate() }}><TextField label={w.permit} hint={w.permitHint} value={text} onChange={setText} /><p className="buttons"><button type="submit" className="main" disabled={look.isPending}>{w.permitGo}</button></p></form>
      <Trouble error={look.error} />
      <div aria-live="polite">
        {p !== undefined && <><h3>{w.permitState} {p.number}：<State code={p.standing} says={term(p.standing)} /></h3><p>{p.says[language]}</p>{p.issued !== undefined && <dl className="facts"><div><dt>{w.issued}</dt><dd>{p.issued}</dd></div><div><dt>{w.expiry}</dt><dd>{p.expiry}</dd></div></dl>}
          {p.endorsements.length > 0 && <ul className="lines">{p.endorsements.map((e) => <li key={e.place}>{w.endorsements} {term(e.place)} {e.from} – {e.to} <State code={e.state} says={term(e.state)} /></li>)}</ul>}</>}
      </div>
    </section>
  )
}

function Endorsement({ policy, done }: { readonly policy: VerificationPolicy; readonly done: (v: Verification) => void }) {
  const w = useWords(VERIFICATION)
  const [permit, setPermit] = useState('')
  const [number, setNumber] = useState('')
  const [value, setValue] = useState('')
  const look = useMutation({ mutationFn: async () => ask<Verification>('POST', `${API}/endorsements`, { body: { permit: numberIn(permit), number: number.trim(), value: value.trim(), policy } }), onSuccess: done })
  return (
    <section className="card">
      <h2>{w.endorsement}</h2>
      <form onSubmit={(e) => { e.preventDefault(); look.mutate() }}>
        <TextField label={w.endorsementPermit} value={permit} onChange={setPermit} required /><TextField label={w.endorsementNumber} value={number} onChange={setNumber} required /><TextField label={w.endorsementValue} hint={w.endorsementHint} value={value} onChange={setValue} required />
        <p className="buttons"><button type="submit" className="main" disabled={look.isPending}>{w.endorsementGo}</button></p>
      </form>
      <Trouble error={look.error} />
    </section>
  )
}

/** How often a picture is looked at. */
const LOOK_MS = 250
const toBase64 = (b: Uint8Array): string => btoa(Array.from(b, (x) => String.fromCharCode(x)).join(''))

/** Looks at the camera until a bar code is read; then it is verified and the camera goes on waiting for the next. */
function Camera({ policy, printed, done }: { readonly policy: VerificationPolicy; readonly printed: string; readonly done: (v: Verification) => void }) {
  const w = useWords(VERIFICATION)
  const video = useRef<HTMLVideoElement>(null)
  const [fault, setFault] = useState<string>()
  const [seen, setSeen] = useState('')
  const lines = printed.trim() === '' ? undefined : printed.trim().toUpperCase().split(/\s+/)
  const look = useMutation({
    mutationFn: async (found: NonNullable<Sight['found']>) => ask<Verification>('POST', `${API}/seals`, { body: { policy, ...(lines === undefined ? {} : { printed: lines }), ...(found.text.startsWith('RDB1') ? { text: found.text } : { bytes: toBase64(found.bytes) }) } }),
    onSuccess: done,
  })
  const verify = useRef(look.mutate)
  verify.current = look.mutate
  useEffect(() => {
    const reader = new Worker(new URL('../bar-code-reader.ts', import.meta.url), { type: 'module' })
    const canvas = document.createElement('canvas')
    let stream: MediaStream | undefined
    let [gone, waits, id, last] = [false, false, 0, '']
    reader.onmessage = (e: MessageEvent<Sight>): void => {
      waits = false
      if (e.data.fault !== undefined) { setFault(e.data.fault); return }
      const { found } = e.data
      if (found === undefined) return
      const mark = toBase64(found.bytes)
      if (mark === last) return // the same code is still before the camera
      last = mark
      setSeen(found.format)
      verify.current(found)
    }
    reader.onerror = (e): void => { setFault(e.message) }
    const snap = (): void => {
      const v = video.current
      if (waits || v === null || v.videoWidth === 0) return
      canvas.width = v.videoWidth
      canvas.height = v.videoHeight
      const context = canvas.getContext('2d', { willReadFrequently: true })
      if (context === null) return
      context.drawImage(v, 0, 0)
      waits = true
      id += 1
      reader.postMessage({ id, image: context.getImageData(0, 0, canvas.width, canvas.height) } satisfies Picture)
    }
    const clock = setInterval(snap, LOOK_MS)
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false }).then((s) => {
      if (gone) { for (const t of s.getTracks()) t.stop(); return }
      stream = s
      if (video.current !== null) { video.current.srcObject = s; void video.current.play() }
    }, (error: unknown) => { setFault((error as Error).message) })
    return () => {
      gone = true
      clearInterval(clock)
      reader.terminate()
      for (const t of stream?.getTracks() ?? []) t.stop()
    }
  }, [])
  return (
    <div className="camera">
      <video ref={video} muted playsInline aria-label={w.video} />
      <p aria-live="polite">{fault !== undefined ? <span className="bad">{w.noCamera.replace('{why}', fault)}</span> : seen === '' ? w.sealWaiting : `${w.sealRead} ${seen}`}</p>
      <Trouble error={look.error} />
    </div>
  )
}

function Seal({ policy, done }: { readonly policy: VerificationPolicy; readonly done: (v: Verification) => void }) {
  const w = useWords(VERIFICATION)
  const [open, setOpen] = useState(false)
  const [printed, setPrinted] = useState('')
  return (
    <section className="card">
      <h2>{w.seal}</h2>
      <p>{w.sealLead}</p>
      <TextField label={w.printed} lines={2} value={printed} onChange={setPrinted} />
      <p className="buttons"><button type="button" className={open ? undefined : 'main'} aria-expanded={open} onClick={() => { setOpen(!open) }}>{open ? w.sealStop : w.sealStart}</button></p>
      {open && <Camera policy={policy} printed={printed} done={done} />}
    </section>
  )
}

const COUNTS = ['genuine', 'faulty', 'undetermined', 'unreadable'] as const

function BatchRow({ b }: { readonly b: VerificationBatch }) {
  const w = useWords(VERIFICATION)
  const { language } = useLanguage()
  const reasons = Object.entries(b.reasons).sort(([, x], [, y]) => y - x).slice(0, 3)
  return (
    <span className="batch"><progress max={1} value={b.endedAt === undefined ? b.share : 1} aria-label={`${w.progress} ${b.name}`} /> <small>{w.doneOf.replace('{done}', String(b.done))}{b.resumed > 0 && ` · ${w.resumed.replace('{n}', String(b.resumed))}`}</small>
      {reasons.length > 0 && <small><br />{w.reasons}：{reasons.map(([name, n]) => `${checkName(name, language)} ${n}`).join('；')}</small>}</span>
  )
}

function Batches({ policy }: { readonly policy: VerificationPolicy }) {
  const w = useWords(VERIFICATION)
  const term = useTerm(VERIFICATION_TERMS)
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const list = useQuery({ queryKey: ['batches'], queryFn: async () => ask<BatchList>('GET', `${API}/batches`), refetchInterval: (q) => (q.state.data?.rows.some((b) => b.endedAt === undefined) === true ? 500 : 5_000) })
  const send = useMutation({
    mutationFn: async (f: File) => {
      const zip = /\.zip$/i.test(f.name) || f.type === 'application/zip'
      const query = new URLSearchParams({ name: f.name, policy, ...(zip ? { format: 'zip' } : {}) })
      return ask<VerificationBatch>('POST', `${API}/batches?${query.toString()}`, { file: f, type: zip ? 'application/zip' : 'application/x-ndjson' })
    },
    onSuccess: async () => { setFile(undefined); await client.invalidateQueries({ queryKey: ['batches'] }) },
  })
  const open = (b: VerificationBatch): boolean => b.state === 'waiting' || b.state === 'running'
  return (
    <section className="card">
      <h2>{w.batch}</h2>
      <p>{w.batchLead}</p>
      <form onSubmit={(e) => { e.preventDefault(); if (file !== undefined) send.mutate(file) }}>
        <div className="field"><label htmlFor="batch-file">{w.batchFile}</label><input id="batch-file" type="file" accept=".ndjson,.jsonl,.zip" key={String(file === undefined)} onChange={(e) => { setFile(e.target.files?.[0]) }} /></div>
        <p className="buttons"><button type="submit" className="main" disabled={file === undefined || send.isPending}>{send.isPending ? w.uploading : w.send}</button></p>
      </form>
      <Trouble error={send.error ?? list.error} />
      {(list.data?.rows.length ?? 0) > 0 && (
        <div aria-live="polite"><Table caption={w.batches} rows={list.data!.rows} rowKey={(b) => b.id} columns={[
          { name: w.name, cell: (b) => b.name, wide: true }, { name: w.sent, cell: (b) => when(b.at) }, { name: w.state, cell: (b) => <><State code={b.state} says={term(b.state)} />{b.fault !== undefined && <small> {checkName(b.fault, 'zh')}</small>}</> }, { name: w.progress, cell: (b) => <BatchRow b={b} />, wide: true },
          { name: w.counts, cell: (b) => COUNTS.filter((k) => b.counts[k] > 0).map((k) => <span key={k}><State code={k} says={`${term(k)} ${b.counts[k]}`} /> </span>) },
          { name: w.act, cell: (b) => <span className="buttons">{b.done > 0 && !open(b) && <a className="button" href={`${API}/batches/${b.id}/results`} download>{w.results}</a>}{open(b) && <ActButton method="DELETE" path={`${API}/batches/${b.id}`} says={w.cancel} />}</span> },
        ]} /></div>
      )}
    </section>
  )
}

function Trust({ page }: { readonly page: TrustPage }) {
  const w = useWords(VERIFICATION)
  const term = useTerm(VERIFICATION_TERMS)
  const { language } = useLanguage()
  const { standing, rows, settings } = page
  const until = (text: string | undefined): string => text?.slice(0, 10) ?? ''
  return (
    <section className="card" id="trust">
      <h2>{w.trust} <State code={standing.age} says={term(standing.age)} /></h2>
      <p>{standing.says[language]}</p>
      <dl className="facts"><div><dt>{w.version}</dt><dd><code>{standing.version}</code></dd></div>{standing.asOf !== undefined && <div><dt>{w.asOf}</dt><dd>{when(standing.asOf)}</dd></div>}</dl>
      <p className="buttons"><a className="button" href={`${API}/bundle`} download>{w.bundle}</a></p>
      <p><small>{w.bundleHint.replace('{n}', String(settings.offlineDays))}</small></p>
      <details><summary>{w.list}（{rows.length}）</summary><Table caption={w.trust} rows={rows} rowKey={(r) => r.name} columns={[
        { name: w.kind, cell: (r) => <>{term(r.kind)} <small><code>{r.name}</code></small></> }, { name: w.says, cell: (r) => r.says, wide: true }, { name: w.from, cell: (r) => until(r.from) }, { name: w.until, cell: (r) => until(r.until) }, { name: w.standing, cell: (r) => <State code={r.standing} says={term(r.standing)} /> },
      ]} /></details>
    </section>
  )
}

/** The desk where everything is verified: at the inspection desk, and for other offices. */
export function VerificationDesk() {
  const w = useWords(VERIFICATION)
  const term = useTerm(VERIFICATION_TERMS)
  const { language } = useLanguage()
  const [policy, setPolicy] = useState<VerificationPolicy>('strict')
  const [verdict, setVerdict] = useState<Verification>()
  const trust = useQuery({ queryKey: ['verification-trust'], queryFn: async () => ask<TrustPage>('GET', `${API}/trust`), refetchInterval: 30_000 })
  return (
    <>
      <h1 tabIndex={-1}>{w.title}</h1>
      <p className="lead">{w.lead}</p>
      <Trouble error={trust.error} />
      {trust.data !== undefined && <p><a href="#trust">{w.trust}</a> <State code={trust.data.standing.age} says={term(trust.data.standing.age)} /> <small>{trust.data.standing.says[language]}</small></p>}
      <Choice label={w.policy} value={policy} onChange={(v) => { setPolicy(v === 'field' ? 'field' : 'strict') }} options={[['strict', w.strict], ['field', w.field]]} />
      {verdict !== undefined && <VerdictCard v={verdict} />}
      <div className="desk"><Files policy={policy} done={setVerdict} /><Permit /><Endorsement policy={policy} done={setVerdict} /><Seal policy={policy} done={setVerdict} /></div>
      <Batches policy={policy} />
      {trust.data !== undefined && <Trust page={trust.data} />}
    </>
  )
}
