// SVG charts for light and dark mode.
import { figureOf, type Measurement } from './measurement.ts';

const style = `<style>
  text { font: 12px system-ui, sans-serif; fill: #1f2a29 } .faint { fill: #5d6a68 }
  .axis { stroke: #9aa5a3 } .line { fill: none; stroke: #0b6b5b } .goal { stroke: #b3402a; stroke-dasharray: 4 3 }
  .bar { fill: #0b6b5b } .range { stroke: #1f2a29 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4ebea } .faint { fill: #9aa5a3 } .line { stroke: #58c5b0 } .bar { fill: #58c5b0 } .range { stroke: #e4ebea }
    .goal { stroke: #f08a75 }
  }
</style>`;

/** One bar per ratio with its goal; the thin line spans the first to the third quartile. */
export function ratioChart(measurements: readonly Measurement[]): string {
  const rows = measurements.filter(({ goal, control }) => goal?.of === 'ratio' && control);
  const rowHeight = 26;
  const left = 420;
  const most = Math.max(2, ...rows.map((row) => Math.max(figureOf(row), row.goal?.most ?? 0) * 1.1));
  const x = (ratio: number) => left + (ratio / most) * 400;
  const lines = rows.map((row, index) => {
    const y = 30 + index * rowHeight;
    const by = row.control?.median ?? 1;
    const [first, third] = row.ours.quarters.map((each) => x(each / by));
    return `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${row.what}, ${row.browser ?? ''}</text>
<rect class="bar" x="${left}" y="${y + 3}" width="${(x(figureOf(row)) - left).toFixed(1)}" height="12" rx="2"/>
<line class="range" x1="${first?.toFixed(1)}" x2="${third?.toFixed(1)}" y1="${y + 9}" y2="${y + 9}"/>
<line class="goal" x1="${x(row.goal?.most ?? 0).toFixed(1)}" x2="${x(row.goal?.most ?? 0).toFixed(1)}" y1="${y - 2}" y2="${y + 20}"/>
<text class="faint" x="${x(most) + 8}" y="${y + 13}">${figureOf(row).toFixed(2)} ×</text>`;
  });
  const height = 40 + rows.length * rowHeight;
  return svg(
    900,
    height,
    'Ratios to an empty extension',
    `<text x="${left}" y="16" class="faint">times the control; dashed: what it may be</text>
${lines.join('\n')}`,
  );
}

/** Requests per ten seconds over the days, and the same on the scale of the limit of the service. */
export function loadChart(
  slots: Uint32Array,
  slotMs: number,
  title: string,
  marks: { at: number; text: string; side?: 'left' }[],
  allowed: { most: number; text: string },
): string {
  const [width, left, top] = [1000, 50, 40];
  const bottom = 230;
  const perPixel = slots.length / (width - 60);
  const most = Math.max(...slots) * 1.1;
  const x = (slot: number) => left + slot / perPixel;
  const y = (value: number) => bottom - (value / most) * (bottom - top);
  const small = { top: 300, bottom: 400 };
  const ySmall = (value: number) => small.bottom - (value / allowed.most) * (small.bottom - small.top);
  // The maximum of the slots that share a pixel keeps peaks visible.
  const line = (y: (value: number) => number) =>
    Array.from({ length: width - 60 }, (_, pixel) => {
      const part = slots.subarray(Math.floor(pixel * perPixel), Math.floor((pixel + 1) * perPixel));
      return `${left + pixel},${y(Math.max(0, ...part)).toFixed(1)}`;
    }).join(' ');
  const hours = Array.from({ length: 17 }, (_, index) => index * 3);
  const markOf = ({ at, text, side }: (typeof marks)[number]) => {
    const place = x(at / slotMs);
    const beside =
      side === 'left' ? `x="${(place - 4).toFixed(0)}" text-anchor="end"` : `x="${(place + 4).toFixed(0)}"`;
    return `<line class="goal" x1="${place.toFixed(0)}" x2="${place.toFixed(0)}" y1="36" y2="${bottom}"/><text class="faint" ${beside} y="34">${text}</text>`;
  };
  const axis = (at: number) => `<line class="axis" x1="${left}" x2="${width - 10}" y1="${at}" y2="${at}"/>`;
  return svg(
    width,
    small.bottom + 15,
    title,
    `<text x="${left}" y="16">${title}</text>
${axis(bottom)}
${[0, 100, 200, 300].map((value) => `<text class="faint" x="44" y="${y(value) + 4}" text-anchor="end">${value}</text>`).join('')}
${hours.map((hour) => `<text class="faint" x="${x((hour * 3_600_000) / slotMs).toFixed(0)}" y="${bottom + 20}" text-anchor="middle">${hour % 24}</text>`).join('')}
${marks.map(markOf).join('')}
<polyline class="line" points="${line(y)}"/>
<line class="goal" x1="${left}" x2="${width - 10}" y1="${small.top}" y2="${small.top}"/>
<text class="faint" x="${left}" y="${small.top - 8}">${allowed.text}</text>
${axis(small.bottom)}
<polyline class="line" points="${line(ySmall)}"/>`,
  );
}

function svg(width: number, height: number, title: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">\n<title>${title}</title>\n${style}\n${content}\n</svg>\n`;
}
