export { ok, no, type Result, type Refusal } from './result.ts'
export { type Day, parseDay, day, addDays, daysBetween, daysInclusive, weekday, dayInChina } from './day.ts'
export { uuidv7 } from './id.ts'
export { type Personal, type Purpose, personal, isPersonal } from './personal.ts'
