// The wall's two charts as ECharts options: light on dark, no tooltip that nobody can point at.
import type { Schemas } from '@/api/client'
import { ACTIVITIES, type Shown } from './wall'

type Words = Record<string, string>
const INK = '#b9c9dc'
const LINE = '#26405f'
export const COLOURS: Record<Shown, string> = { idle: '#4fd39a', ringing: '#ffc45c', talking: '#4c9bff', wrap_up: '#b08bff', paused: '#7c8da1' }

const hourOf = (start: string): string => new Date(start).toLocaleTimeString('en-GB', { hour: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }).slice(0, 2)

export function hoursChart(hours: readonly Schemas['WallHour'][], words: Words): object {
  const series: object[] = [
    { name: words.offered, type: 'bar', data: hours.map((hour) => hour.offered), itemStyle: { color: '#33557f' }, barGap: '-100%', barMaxWidth: 44 },
    { name: words.answered, type: 'bar', data: hours.map((hour) => hour.answered), itemStyle: { color: '#4c9bff' }, barMaxWidth: 44 },
  ]
  if (hours.some((hour) => hour.forecast !== null)) {
    series.push({ name: words.forecast, type: 'line', data: hours.map((hour) => hour.forecast ?? null), symbol: 'none', lineStyle: { color: '#ffc45c', width: 3, type: 'dashed' }, itemStyle: { color: '#ffc45c' } })
  }
  return {
    grid: { left: 64, right: 12, top: 44, bottom: 36 },
    legend: { right: 0, top: 0, textStyle: { color: INK, fontSize: 20 } },
    xAxis: { type: 'category', data: hours.map((hour) => hourOf(hour.start)), axisLabel: { color: INK, fontSize: 20 }, axisLine: { lineStyle: { color: LINE } } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: { color: INK, fontSize: 20 }, splitLine: { lineStyle: { color: LINE } } },
    series,
  }
}

export function seatsChart(seats: Record<Shown, number>, words: Words): object {
  const data = ACTIVITIES.filter((name) => seats[name] > 0).map((name) => ({ name: words[name], value: seats[name], itemStyle: { color: COLOURS[name] } }))
  return { series: [{ type: 'pie', radius: ['62%', '92%'], label: { show: false }, silent: true, data }] }
}
