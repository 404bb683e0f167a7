import { type SignerDue, type SignerKeyRow, type SignerPage } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'

import { ask } from '../ask.ts'
import { useLanguage, useTerm, useWords } from '../language.tsx'
import { State, Table, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { COMMANDS, SIGNER, SIGNER_TERMS } from '../words/signer.ts'

function Health({ p }: { readonly p: SignerPage }) {
  const w = useWords(SIGNER)
  const { language } = useLanguage()
  const { names, threshold, demonstration } = p.custodians
  return (
    <section className="card">
      <h2>{w.state} <State code={p.ready ? 'ready' : 'urgent'} says={p.ready ? w.ready : w.notReady} />{(p.keyStore === 'file' || demonstration) && <> <State code="trying" says={w.trying} /></>}</h2>
      <ul className="lines" aria-live="polite">{p.says.map((s) => <li key={s.en}>{s[language]}</li>)}</ul>
      <dl className="facts">
        <div><dt>{w.keyStore}</dt><dd>{w[p.keyStore]}</dd></div>
        <div><dt>{w.activation}</dt><dd>{p.activated ? w.activated : w.closed}</dd></div>
        <div><dt>{w.custodians}</dt><dd>{names.length === 0 ? w.nobody : <>{names.join('、')}（{w.needs.replace('{m}', String(threshold))}）</>}{demonstration && <> <State code="trying" says={w.demonstration} /></>}</dd></div>
        <div><dt>{w.documents}</dt><dd>{p.documents}</dd></div>
        <div><dt>{w.anchor}</dt><dd>{p.lastAnchor === undefined ? w.none : <>#{p.lastAnchor.number} {when(p.lastAnchor.at)} <small>{w.ago.replace('{n}', String(p.lastAnchor.minutes))}</small></>}</dd></div>
        <div><dt>{w.asked}</dt><dd>{when(p.at)}</dd></div>
      </dl>
    </section>
  )
}

function Due({ due }: { readonly due: readonly SignerDue[] }) {
  const w = useWords(SIGNER)
  const term = useTerm(SIGNER_TERMS)
  const { language } = useLanguage()
  return (
    <section className="card" id="due">
      <h2>{w.due}</h2>
      {due.length === 0 ? <p className="empty">{w.nothingDue}</p> : <Table caption={w.due} rows={due} rowKey={(d) => d.code + d.says.en} columns={[
        { name: w.urgency, cell: (d) => <State code={d.urgency} says={term(d.urgency)} /> }, { name: w.what, wide: true, cell: (d) => d.says[language] }, { name: w.command, wide: true, cell: (d) => (d.command === undefined ? '' : <code className="command">{d.command}</code>) },
      ]} />}
    </section>
  )
}

function Uses({ k }: { readonly k: SignerKeyRow }) {
  const w = useWords(SIGNER)
  return k.quota === undefined ? <>{k.uses}</> : <span className="progress">{k.documents} / {k.quota} <progress max={k.quota} value={k.documents} aria-label={w.quota.replace('{key}', k.id)} /></span>
}

function Ceremonies({ rows }: { readonly rows: SignerPage['ceremonies'] }) {
  const w = useWords(SIGNER)
  const term = useTerm(SIGNER_TERMS)
  const { language } = useLanguage()
  return (
    <section className="card" id="ceremonies">
      <h2>{w.ceremonies}</h2>
      <Table caption={w.ceremonies} rows={rows} rowKey={(c) => c.id} columns={[
        { name: w.at, cell: (c) => when(c.opened) }, { name: w.ceremony, wide: true, cell: (c) => <>{c.says[language]}{c.demonstration && <> <State code="trying" says={w.demonstration} /></>}<br /><small><code>{c.id}</code></small></> },
        { name: w.keyState, cell: (c) => <State code={c.state} says={term(c.state)} /> }, { name: w.people, cell: (c) => <>{c.people.join('、')} <small>{c.people.length}/{c.threshold}</small></>, wide: true }, { name: w.journal, cell: (c) => c.journal ?? '' },
        { name: w.minutes, cell: (c) => (c.journal === undefined ? '' : <a href={`/api/signer/ceremonies/${encodeURIComponent(c.id)}/minutes`} download aria-label={`PDF ${w.minutesOf.replace('{id}', c.id)}`}>PDF</a>) },
      ]} />
      <details><summary>{w.how}</summary><p>{w.howLead}</p><dl className="commands">{COMMANDS.map(([name, command]) => <div key={name}><dt>{w[name]}</dt><dd><code>{command}</code></dd></div>)}</dl></details>
    </section>
  )
}

export function SignerDesk() {
  const w = useWords(SIGNER)
  const term = useTerm(SIGNER_TERMS)
  const q = useQuery({ queryKey: ['signer'], queryFn: async () => ask<SignerPage>('GET', '/api/signer'), refetchInterval: 5_000 })
  const p = q.data
  return (
    <>
      <h1 tabIndex={-1}>{w.title}</h1>
      <p className="lead">{w.lead}</p>
      <Trouble error={q.error} />
      {p !== undefined && <>
        <Health p={p} />
        <Due due={p.due} />
        <section className="card" id="keys">
          <h2>{w.keys}</h2>
          <Table caption={w.keys} rows={p.keys} rowKey={(k) => k.id} columns={[
            { name: w.key, cell: (k) => <code>{k.id}</code> }, { name: w.use, cell: (k) => term(k.use) }, { name: w.type, cell: (k) => k.type }, { name: w.keyState, cell: (k) => <State code={k.state} says={term(k.state)} /> },
            { name: w.until, cell: (k) => k.usableUntil?.slice(0, 10) ?? '' }, { name: w.uses, cell: (k) => <Uses k={k} /> },
          ]} />
        </section>
        <section className="card" id="certificates">
          <h2>{w.certificates}</h2>
          <Table caption={w.certificates} rows={p.certificates} rowKey={(c) => c.use} columns={[
            { name: w.use, cell: (c) => term(c.use) }, { name: w.serial, cell: (c) => <code>{c.serial}</code> }, { name: w.subject, cell: (c) => c.subject, wide: true }, { name: w.issuer, cell: (c) => c.issuer, wide: true }, { name: w.until, cell: (c) => c.until.slice(0, 10) },
          ]} />
        </section>
        <Ceremonies rows={p.ceremonies} />
      </>}
    </>
  )
}
