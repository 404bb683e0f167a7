import { BLANK_STEPS, CONTROL_STEPS, HOMECOMING_STEPS, JOB_STEPS, PERMIT_STEPS, REPORT_STEPS, STEPS } from '@causeway/journey'

/** A state table as a picture: every lawful step, and no other. */
export function diagram(steps: Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>): string {
  const first = Object.keys(steps)[0]!
  const id = (s: string): string => s.replaceAll('-', '_')
  const lines = Object.entries(steps).flatMap(([from, to]) => Object.entries(to).map(([step, state]) => `    ${id(from)} --> ${id(state!)}: ${step}`))
  return ['```mermaid', 'stateDiagram-v2', `    [*] --> ${id(first)}`, ...lines, '```'].join('\n')
}

/** docs/states.md: the processes of the journey, drawn from their tables. */
export function renderStates(): string {
  const parts: readonly (readonly [string, string, Parameters<typeof diagram>[0]])[] = [
    ['Mission and review', 'review.ts', STEPS], ['Production job', 'job.ts', JOB_STEPS], ['Blank', 'blank.ts', BLANK_STEPS], ['Permit', 'permit.ts', PERMIT_STEPS], ['Homecoming', 'homecoming.ts', HOMECOMING_STEPS],
    ['Unit control', 'control.ts', CONTROL_STEPS], ['Mission report', 'control.ts', REPORT_STEPS],
  ]
  return ['# The states', '', 'Drawn from the tables of `packages/journey/src` by `npm run permissions`. What is not in a table cannot happen.', '', ...parts.flatMap(([title, file, steps]) => [`## ${title} (\`${file}\`)`, '', diagram(steps), ''])].join('\n')
}
