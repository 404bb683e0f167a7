import { type MissionPage, type MissionRow } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { ask } from '../ask.ts'
import { useTerm, useWords } from '../language.tsx'
import { ActButton, ActDialog } from '../parts/act.tsx'
import { TextField } from '../parts/field.tsx'
import { List, State, Table, when } from '../parts/list.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { Link, useRouter } from '../router.tsx'
import { FRAME } from '../words/frame.ts'
import { MISSION, QUEUE_WORDS } from '../words/rooms.ts'
import { ACT_WORDS, TERMS } from '../words/term.ts'

export function Missions() {
  const w = useWords(MISSION)
  const q = useWords(QUEUE_WORDS)
  const term = useTerm(TERMS)
  const { place } = useRouter()
  const queue = place.query['queue']
  return (
    <>
      <h1 tabIndex={-1}>{queue === undefined ? w.list : q[queue as keyof typeof q]}</h1>
      <List<MissionRow> path={`/api/missions${queue === undefined ? '' : `?queue=${queue}`}`} caption={w.list} rowKey={(m) => m.id} columns={[
        { name: w.name, cell: (m) => <Link to={`/missions/${m.id}`}>{m.name}</Link>, wide: true }, { name: w.unit, cell: (m) => m.unitName }, { name: w.places, cell: (m) => m.places.map(term).join('、') },
        { name: w.dates, cell: (m) => `${m.departDate} – ${m.returnDate}` }, { name: w.days, cell: (m) => m.days }, { name: w.persons, cell: (m) => m.persons }, { name: w.state, cell: (m) => <State code={m.phase} says={term(m.phase)} /> }, { name: w.number, cell: (m) => m.documentNo ?? '' },
      ]} />
    </>
  )
}

const PATHS: Readonly<Record<string, string>> = { 'mission.sign': 'sign', 'mission.withdraw': 'withdraw', 'mission.accept': 'accept', 'mission.check': 'check', 'mission.approve': 'approve', 'mission.refuse': 'refuse', 'mission.cancel': 'cancel', 'mission.close': 'close' }

function ReturnDialog({ id, says }: { readonly id: string; readonly says: string }) {
  const w = useWords(MISSION)
  const [n, setN] = useState(1)
  const read = (f: FormData) => ({ items: Array.from({ length: n }, (_, i) => ({ at: String(f.get(`at${i}`) ?? ''), says: String(f.get(`says${i}`) ?? '') })).filter((x) => x.says.trim() !== '') })
  return (
    <ActDialog path={`/api/missions/${id}/return`} says={says} title={says} read={read}>
      {Array.from({ length: n }, (_, i) => <fieldset key={i}><legend>{i + 1}</legend><TextField label={w.at} name={`at${i}`} /><TextField label={w.says} name={`says${i}`} lines={2} required /></fieldset>)}
      <button type="button" onClick={() => { setN(n + 1) }}>{w.addItem}</button>
    </ActDialog>
  )
}

function Acts({ mission }: { readonly mission: MissionPage }) {
  const w = useWords(MISSION)
  const f = useWords(FRAME)
  const act = useTerm(ACT_WORDS)
  if (mission.may.length === 0) return null
  return (
    <section className="card acts"><h2>{w.acts}</h2><p className="buttons">
      {mission.may.map((name) => {
        if (name === 'mission.return') return <ReturnDialog key={name} id={mission.id} says={act(name)} />
        if (name === 'mission.resubmit') return <Link key={name} to={`/missions/${mission.id}/correct`} className="button main">{act(name)}</Link>
        if (name === 'permit.order') return <ActButton key={name} kind="main" path={`/api/missions/${mission.id}/permits`} says={act(name)} />
        if (name === 'report.accept' || name === 'report.return') return <ActButton key={name} path={`/api/missions/${mission.id}/report/${name.slice(7)}`} says={act(name)} />
        if (name === 'report.submit') {
          return (
            <ActDialog key={name} kind="main" path={`/api/missions/${mission.id}/report`} says={act(name)} title={act(name)} read={(d) => ({ title: String(d.get('title')), text: String(d.get('text')), unfinished: String(d.get('unfinished') ?? '') })}>
              <TextField label={w.reportTitle} name="title" required /><TextField label={w.reportText} name="text" lines={8} required minLength={20} /><TextField label={w.unfinished} name="unfinished" lines={3} />
            </ActDialog>
          )
        }
        return <ActDialog key={name} {...(['mission.sign', 'mission.accept', 'mission.check', 'mission.approve', 'mission.close'].includes(name) ? { kind: 'main' as const } : {})} path={`/api/missions/${mission.id}/${PATHS[name]!}`} says={act(name)} title={act(name)} read={(d) => ({ opinion: String(d.get('opinion') ?? '') })}><TextField label={f.opinion} name="opinion" lines={3} /></ActDialog>
      })}
    </p></section>
  )
}

function Members({ mission }: { readonly mission: MissionPage }) {
  const w = useWords(MISSION)
  const term = useTerm(TERMS)
  return (
    <section><h2>{w.members}</h2>
      <Table caption={w.members} rows={mission.members} rowKey={(m) => m.personId} columns={[
        { name: w.role, cell: (m) => term(m.role) }, { name: w.fullName, cell: (m) => <>{m.nameCn} <small>{m.surname} {m.given}</small>{!m.nameConfirmed && <small className="bad"> {w.unconfirmed}</small>}</>, wide: true }, { name: w.post, cell: (m) => m.post }, { name: w.photo, cell: (m) => (m.enrolled ? w.yes : w.no) },
        { name: w.permit, cell: (m) => (m.permitNumber === undefined ? term(m.permitNeed) : <>{m.permitNumber} <State code={m.permitState!} says={term(m.permitState!)} /></>) }, { name: w.state, cell: (m) => (m.homecoming === undefined ? '' : <>{term(m.homecoming.state)} <small>{w.due} {m.homecoming.due}</small></>) },
      ]} />
    </section>
  )
}

export function MissionCase({ id }: { readonly id: string }) {
  const w = useWords(MISSION)
  const f = useWords(FRAME)
  const term = useTerm(TERMS)
  const q = useQuery({ queryKey: ['mission', id], queryFn: async () => ask<MissionPage>('GET', `/api/missions/${id}`), refetchInterval: 5_000 })
  if (q.isPending) return <p className="empty">{f.loading}</p>
  if (q.isError) return <><h1 tabIndex={-1}>{w.list}</h1><Trouble error={q.error} /></>
  const m = q.data
  return (
    <article>
      <h1 tabIndex={-1}>{m.name} <State code={m.phase} says={term(m.phase)} /></h1>
      <dl className="facts"><div><dt>{w.unit}</dt><dd>{m.unitName}</dd></div><div><dt>{w.places}</dt><dd>{m.places.map(term).join('、')}</dd></div><div><dt>{w.dates}</dt><dd>{m.departDate} – {m.returnDate}（{m.days}）</dd></div><div><dt>{w.number}</dt><dd>{m.documentNo ?? '—'}</dd></div></dl>
      {m.returnItems.length > 0 && m.state === 'returned' && <section className="card bad" role="alert"><h2>{w.returnItems}</h2><ul>{m.returnItems.map((r) => <li key={r.at + r.says}><b>{r.at}</b> {r.says}</li>)}</ul></section>}
      <Acts mission={m} />
      <Members mission={m} />
      <section><h2>{w.task}</h2><p className="text">{m.form.task}</p>
        <Table caption={w.itinerary} rows={m.form.itinerary} rowKey={(i) => i.date + i.half + i.activity} columns={[{ name: w.when, cell: (i) => `${i.date} ${term(i.half)}` }, { name: w.places, cell: (i) => term(i.place) }, { name: w.itinerary, cell: (i) => i.activity, wide: true }, { name: w.who, cell: (i) => i.counterpart }]} />
      </section>
      <section><h2>{w.documents}</h2><ul className="lines">
        {m.documents.map((d) => <li key={d.id}><a href={`/api/missions/${m.id}/documents/${d.id}`} target="_blank" rel="noreferrer">{d.name}</a> <small>{Math.ceil(d.bytes / 1024)} KB</small></li>)}
        {m.form.attachments.map((a) => <li key={a.id}><a href={`/api/attachments/${a.id}`} target="_blank" rel="noreferrer">{term(a.kind)} · {a.name}</a></li>)}
      </ul></section>
      {m.report !== undefined && <section><h2>{w.report}</h2><p>{term(m.report.state)}（{w.due} {m.report.due}）</p>{m.report.text !== undefined && <p className="text">{m.report.text}</p>}</section>}
      <section><h2>{w.decisions}</h2><Table caption={w.decisions} rows={m.decisions} rowKey={(d) => d.step + d.at} columns={[{ name: w.what, cell: (d) => term(d.step) }, { name: w.who, cell: (d) => d.by }, { name: w.when, cell: (d) => when(d.at) }, { name: f.opinion, cell: (d) => d.opinion, wide: true }]} /></section>
      <details><summary>{w.timeline}（{m.timeline.length}）</summary><ol className="timeline">{m.timeline.map((e) => <li key={e.seq}><time>{when(e.at)}</time> <b>{term(e.event)}</b> {e.by} <small>{term(e.role)}</small></li>)}</ol></details>
    </article>
  )
}
