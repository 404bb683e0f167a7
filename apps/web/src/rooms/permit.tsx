import { type ControlRow, type HomecomingRow, type PermitPage, type PermitRow } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { ask } from '../ask.ts'
import { useTerm, useWords } from '../language.tsx'
import { ActButton, ActDialog } from '../parts/act.tsx'
import { Choice, TextField } from '../parts/field.tsx'
import { List, State, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { Link, useRouter } from '../router.tsx'
import { useSession } from '../session.tsx'
import { DESK, QUEUE_WORDS } from '../words/rooms.ts'
import { ACT_WORDS, TERMS } from '../words/term.ts'

/** The number in what a scanner typed: the number itself, or the second line of a zone. */
const numberIn = (text: string): string => /^([A-Z0-9]{9})/.exec(text.trim().split(/\s+/).at(-1) ?? '')?.[1] ?? text.trim()

function PermitActs({ permit }: { readonly permit: PermitRow }) {
  const w = useWords(DESK)
  const act = useTerm(ACT_WORDS)
  const term = useTerm(TERMS)
  const path = `/api/permits/${permit.number}`
  const places = [...new Set(permit.endorsements.map((e) => e.place))]
  return (
    <span className="buttons">
      {permit.may.includes('permit.hand-out') && <ActDialog kind="main" path={`${path}/hand-out`} says={act('permit.hand-out')} title={`${act('permit.hand-out')} ${permit.number} ${permit.holder}`} read={(f) => ({ missionId: permit.missionId, to: String(f.get('to')) })}><TextField label={w.to} name="to" required /></ActDialog>}
      {permit.may.includes('permit.take-back') && (
        <ActDialog kind="main" path={`${path}/take-back`} says={act('permit.take-back')} title={`${act('permit.take-back')} ${permit.number} ${permit.holder}`} read={(f) => ({ realExit: String(f.get('realExit')), realEntry: String(f.get('realEntry')), places: f.getAll('place').map(String), by: String(f.get('by')), condition: String(f.get('condition')), remark: String(f.get('remark') ?? '') })}>
          <TextField label={w.realExit} name="realExit" type="date" required /><TextField label={w.realEntry} name="realEntry" type="date" required />
          <fieldset><legend>{w.placesBeen}</legend>{['HKG', 'MAC'].map((p) => <p key={p} className="tick"><input type="checkbox" id={`been-${p}`} name="place" value={p} defaultChecked={places.includes(p)} /><label htmlFor={`been-${p}`}>{term(p)}</label></p>)}</fieldset>
          <TextField label={w.by} name="by" required /><Choice label={w.condition} name="condition" options={[['good', w.good], ['damaged', w.damaged]]} /><TextField label={w.remark} name="remark" />
        </ActDialog>
      )}
      {permit.may.includes('permit.confirm-return') && <ActButton kind="main" path={`${path}/confirm-return`} says={act('permit.confirm-return')} />}
    </span>
  )
}

export function Permits() {
  const w = useWords(DESK)
  const q = useWords(QUEUE_WORDS)
  const term = useTerm(TERMS)
  const session = useSession()
  const { place, go } = useRouter()
  const [text, setText] = useState('')
  const queue = place.query['queue']
  const counter = session.account.roles.includes('counter')
  return (
    <>
      <h1 tabIndex={-1}>{queue === undefined ? (counter ? w.counter : w.permits) : q[queue as keyof typeof q]}</h1>
      <form className="find" onSubmit={(e) => { e.preventDefault(); if (text.trim() !== '') go(`/permits/${numberIn(text)}`) }}><TextField label={w.find} value={text} onChange={setText} /></form>
      <List<PermitRow> path={`/api/permits${queue === undefined ? '' : `?queue=${queue}`}`} caption={w.permits} rowKey={(p) => p.number} columns={[
        { name: w.permit, cell: (p) => <Link to={`/permits/${p.number}`}>{p.number}</Link> }, { name: w.holder, cell: (p) => p.holder }, { name: w.mission, cell: (p) => p.missionName, wide: true }, { name: w.state, cell: (p) => <State code={p.state} says={term(p.state)} /> }, { name: w.expiry, cell: (p) => p.expiry ?? '' }, { name: w.due, cell: (p) => p.due ?? '' }, { name: w.act, cell: (p) => <PermitActs permit={p} /> },
      ]} />
    </>
  )
}

export function PermitCard({ id }: { readonly id: string }) {
  const w = useWords(DESK)
  const term = useTerm(TERMS)
  const session = useSession()
  const q = useQuery({ queryKey: ['permit', id], queryFn: async () => ask<PermitPage>('GET', `/api/permits/${id}`) })
  if (q.isError) return <><h1 tabIndex={-1}>{w.permits}</h1><Trouble error={q.error} /></>
  if (q.data === undefined) return null
  const p = q.data
  const seesPage = session.account.roles.some((r) => ['producer', 'inspector', 'counter'].includes(r)) && p.drawable
  return (
    <article>
      <h1 tabIndex={-1}>{p.number} {p.holder} <State code={p.state} says={term(p.state)} /></h1>
      <p><PermitActs permit={p} /></p>
      <dl className="facts"><div><dt>{w.mission}</dt><dd><Link to={`/missions/${p.missionId}`}>{p.missionName}</Link></dd></div><div><dt>{w.expiry}</dt><dd>{p.expiry}</dd></div><div><dt>{w.due}</dt><dd>{p.due ?? '—'}</dd></div><div><dt>{w.serial}</dt><dd>{p.serial ?? '—'}</dd></div></dl>
      {p.mrz.length > 0 && <p><small>{w.zone}</small><br /><code className="zone">{p.mrz[0]}<br />{p.mrz[1]}</code></p>}
      {seesPage && <figure className="page"><img src={`/api/permits/${p.number}/page`} alt={`${w.page} ${p.number}`} width="625" height="440" /><figcaption>{w.page}</figcaption></figure>}
      <section><h2>{w.endorsements}</h2><ul className="lines">{p.endorsements.map((e) => <li key={e.place}>{term(e.place)} {w.endText.replace('{n}', String(e.entries)).replace('{to}', e.to)} <State code={e.state} says={term(e.state)} /></li>)}</ul></section>
      {p.checks.length > 0 && <section><h2>{w.checks}</h2><ul className="lines">{p.checks.map((c) => <li key={c.number}>{c.number} {term(c.place)} <code>{c.macIndex}-{c.macSign}</code></li>)}</ul>{seesPage && <p><a href={`/api/permits/${p.number}/endorsements`}>{w.sheet}</a></p>}</section>}
      <section><h2>{w.moves}</h2><ol className="timeline">{p.moves.map((m) => <li key={m.at + m.what}><time>{when(m.at)}</time> <b>{term(m.what)}</b> {m.by}{m.to === undefined ? '' : ` → ${m.to}`}</li>)}</ol></section>
    </article>
  )
}

export function Homecomings() {
  const w = useWords(DESK)
  const q = useWords(QUEUE_WORDS)
  const term = useTerm(TERMS)
  const { place } = useRouter()
  const queue = place.query['queue']
  return (
    <>
      <h1 tabIndex={-1}>{queue === undefined ? w.homecomings : q[queue as keyof typeof q]}</h1>
      <List<HomecomingRow> path={`/api/homecomings${queue === undefined ? '' : `?queue=${queue}`}`} caption={w.homecomings} rowKey={(h) => h.id} columns={[
        { name: w.holder, cell: (h) => h.holder }, { name: w.permit, cell: (h) => <Link to={`/permits/${h.permitNumber}`}>{h.permitNumber}</Link> }, { name: w.mission, cell: (h) => h.missionName, wide: true }, { name: w.due, cell: (h) => <>{h.due} <small title={w.formula}>{h.formula}</small></> }, { name: w.overdueBy, cell: (h) => (h.daysOverdue > 0 ? <b className="bad">{h.daysOverdue}</b> : '') }, { name: w.reminders, cell: (h) => h.reminders }, { name: w.state, cell: (h) => <State code={h.state} says={term(h.state)} /> }, { name: w.overDays, cell: (h) => h.overDays ?? '' },
      ]} />
    </>
  )
}

export function Controls() {
  const w = useWords(DESK)
  const term = useTerm(TERMS)
  const act = useTerm(ACT_WORDS)
  const { place } = useRouter()
  return (
    <>
      <h1 tabIndex={-1}>{w.controls}</h1>
      <List<ControlRow> path={`/api/controls${place.query['queue'] === undefined ? '' : `?queue=${place.query['queue']}`}`} caption={w.controls} rowKey={(c) => c.id} columns={[
        { name: w.subject, cell: (c) => c.subjectName, wide: true }, { name: w.why, cell: (c) => term(c.reason) }, { name: w.since, cell: (c) => c.since }, { name: w.state, cell: (c) => <State code={c.state} says={term(c.state)} /> }, { name: w.act, cell: (c) => (c.may.includes('control.release') ? <ActDialog path={`/api/controls/${c.id}/release`} says={act('control.release')} title={act('control.release')} read={(f) => ({ reason: String(f.get('reason')) })}><TextField label={w.why} name="reason" required minLength={4} /></ActDialog> : c.releasedOn ?? '') },
      ]} />
    </>
  )
}
