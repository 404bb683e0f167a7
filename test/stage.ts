import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { setClock } from '@causeway/ground'

import { openUser, type User } from '../apps/cli/src/client.ts'
import { startPlatform, type Platform } from '../apps/cli/src/platform.ts'

export const PASSWORD = 'Causeway-2024'

/** A platform of its own for one test run, on its own clock. */
export interface Stage { readonly platform: Platform; readonly as: (login: string) => User; readonly clock: (at: string) => void; readonly stop: () => Promise<void> }

export async function openStage(at: string, faults?: string, trustProxy?: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-stage-'))
  const state = join(folder, 's')
  mkdirSync(state)
  setClock(join(state, 'clock.json'), at)
  const platform = await startPlatform({ folder: state, port: 0, demo: true, clock: join(state, 'clock.json'), ...(faults === undefined ? {} : { faults }), trustProxy })
  const users = new Map<string, User>()
  return {
    platform,
    clock: (instant) => { setClock(join(state, 'clock.json'), instant) },
    as: (login) => { const u = users.get(login) ?? openUser(platform.url, login, PASSWORD); users.set(login, u); return u },
    stop: async () => { await platform.stop(); rmSync(folder, { recursive: true, force: true }) },
  }
}
