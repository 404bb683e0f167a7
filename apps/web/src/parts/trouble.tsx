import { type Problem } from '@causeway/contract'

import { Refused } from '../ask.ts'

/** What went wrong, in words, with every finding of a form linked to its place. */
export function Trouble({ error, onPlace }: { readonly error: unknown; readonly onPlace?: (at: string) => void }) {
  if (error === undefined || error === null) return null
  const problem: Problem = error instanceof Refused ? error.problem : { code: 'bug', status: 0, says: String((error as Error).message) }
  return (
    <div className="trouble" role="alert">
      <p>{problem.says}</p>
      {problem.problems !== undefined && <ul>{problem.problems.map((p) => <li key={`${p.at}${p.code}`} className={p.severity}>{onPlace === undefined ? <span>{p.says}</span> : <button type="button" className="link" onClick={() => { onPlace(p.at) }}>{p.says}</button>}</li>)}</ul>}
    </div>
  )
}
