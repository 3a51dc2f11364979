// Ids of agents, queues, skills, reasons, units and regions are shown by what they are called.
import { describe, expect, it } from 'vitest'

const sources = import.meta.glob<string>('../src/**/*.vue', { query: '?raw', import: 'default', eager: true })
const shown = (of: RegExp): string[] => Object.entries(sources).flatMap(([name, text]) => [...text.matchAll(of)].map((hit) => `${name.replace('../src/', '')}: ${hit[0]}`))
// the name stands beside it, or the id is the very thing that is edited there
const KNOWN = ['layout/ShellFrame.vue: {{ session.me.agent }}', 'pages/supervisor/SeatActions.vue: {{ row.agent }}', 'pages/supervisor/SeatMap.vue: {{ seat.agent }}', 'pages/supervisor/QueuePanel.vue: {{ chosen.queue }}', 'pages/settings/SkillsPanel.vue: {{ row.skill }}', 'pages/settings/AgentsPanel.vue: {{ one.skill }}', 'pages/settings/LoginsPanel.vue: {{ row.agent ?? \'\' }}', 'pages/desk/SeatPicker.vue: {{ session.me?.agent }}', 'pages/staffing/PeopleView.vue: {{ one.agent }}', 'pages/settings/LoginsPanel.vue: {{ editing.faults.value.agent }}']

describe('an id', () => {
  it('is not shown where its name is known', () => {
    const bare = shown(/\{\{\s*[\w.?]+\.(agent|work_no|queue|skill|pause_reason|unit|region_code|line)(\s*\?\?\s*'')?\s*\}\}/g)
    expect(bare.filter((one) => !KNOWN.includes(one))).toEqual([])
    expect(KNOWN.filter((one) => !bare.includes(one))).toEqual([])
  })
  it('stays itself until it is known', async () => {
    Object.assign(globalThis, { localStorage: { getItem: () => null, setItem: () => undefined } })
    const { agentName, queueName, unitName } = await import('../src/parts/names')
    expect([agentName('1001'), queueName('general'), unitName('market')]).toEqual(['1001', 'general', 'market'])
    expect([agentName(null), queueName(undefined)]).toEqual(['', ''])
  })
})
