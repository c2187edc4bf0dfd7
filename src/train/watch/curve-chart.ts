import { escapeHtml } from "../../gallery/page-text.ts";
import { type Point, quantile, type Span, spansOf, thinned } from "./curves.ts";

/** A line of a chart. */
export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  /** What the line smooths; drawn faintly behind it, and free to leave the chart in rare peaks. */
  readonly raw?: readonly Point[];
}

/** A chart of curves over the steps of a run. */
export interface CurveChart {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Draw a dot at every point, with its value in words for the pointer. Default false. */
  readonly dots?: boolean;
  /** Values as text in caption and dots. Default three digits. */
  readonly format?: (value: number) => string;
}

/** Points of a line, and spans of a raw curve, at most: about as many as the chart is wide. */
export const MAX_POINTS = 360;
const [WIDTH, HEIGHT] = [400, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [50, 392, 10, 190];
/** Kinds of line that the style knows. */
const KINDS = 6;

/** Ends and distance of an axis's ticks, at round numbers. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** Round ticks, about `count` of them, that hold a range; from 0 where the range begins near it. */
export function axisOf(low: number, high: number, count = 4): Axis {
  const from = low > 0 && low < 0.4 * high ? 0 : low;
  const room = high - from > 1e-6 * Math.abs(high) ? high - from : Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(room / count));
  const step = ([1, 2, 2.5, 5, 10].find((s) => s * power * count >= room * (1 - 1e-9)) ?? 10) * power;
  const start = Math.floor(from / step + 1e-9) * step;
  return { low: start, high: Math.max(start + step, Math.ceil(high / step - 1e-9) * step), step };
}

/** A chart as a figure with SVG in it. Curves without points are left out; nothing is drawn without any. */
export function curveChartHtml({ title, curves, dots = false, format = short }: CurveChart): string {
  const drawn = curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return "";
  const lastStep = Math.max(...drawn.map(({ points }) => (points.at(-1) as Point).step));
  const steps = axisOf(0, Math.max(1, lastStep), 5);
  const values = valueAxis(drawn);
  const x = (step: number) => at(LEFT + (step / Math.max(1, lastStep)) * (RIGHT - LEFT));
  const y = (value: number) =>
    at(
      BOTTOM -
        ((Math.min(values.high, Math.max(values.low, value)) - values.low) / (values.high - values.low)) *
          (BOTTOM - TOP),
    );
  const lines = drawn.map(({ name, points, raw = [] }) => {
    const kind = `s${curves.findIndex((curve) => curve.name === name) % KINDS}`;
    const line = thinned(points, MAX_POINTS).map(({ step, value }) => `${x(step)},${y(value)}`);
    if (line.length === 1) line.push(line[0] as string); // drawn as a dot
    const band = spansOf(raw, MAX_POINTS).flatMap(({ step, min, max }: Span) =>
      min === max ? [`${x(step)},${y(min)}`] : [`${x(step)},${y(min)}`, `${x(step)},${y(max)}`],
    );
    const marks = dots
      ? thinned(points, MAX_POINTS).map(
          ({ step, value }) =>
            `<circle r="3" cx="${x(step)}" cy="${y(value)}"><title>${escapeHtml(`${name}, step ${whole(step)}: ${format(value)}`)}</title></circle>`,
        )
      : [];
    return (
      `<g class="${kind}">${band.length > 0 ? `<polyline class="raw" points="${band.join(" ")}"/>` : ""}` +
      `<polyline class="curve" points="${line.join(" ")}"/>${marks.join("")}</g>`
    );
  });
  return (
    `<figure><figcaption>${caption(title, curves, drawn, format)}</figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">` +
    `${valueTicks(values, y)}${stepTicks(steps, lastStep, x)}${lines.join("")}</svg></figure>`
  );
}

/** Title, then every curve's name (where there are several) and latest value. */
function caption(
  title: string,
  all: readonly Curve[],
  drawn: readonly Curve[],
  format: (value: number) => string,
): string {
  const latest = drawn.map(({ name, points }) => {
    const value = format((points.at(-1) as Point).value);
    if (all.length === 1) return `<span>${escapeHtml(value)}</span>`;
    const kind = `s${all.findIndex((curve) => curve.name === name) % KINDS}`;
    return `<span class="key ${kind}">${escapeHtml(`${name} ${value}`)}</span>`;
  });
  return `<b>${escapeHtml(title)}</b> ${latest.join(" ")}`;
}

/** Every line fits; of the raw values all but the most extreme. */
function valueAxis(curves: readonly Curve[]): Axis {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points, raw = [] } of curves) {
    for (const { value } of points) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const values = thinned(raw, 8 * MAX_POINTS).map(({ value }) => value);
    if (values.length > 0)
      [low, high] = [Math.min(low, quantile(values, 0.01)), Math.max(high, quantile(values, 0.99))];
  }
  return axisOf(low, high);
}

function valueTicks({ low, high, step }: Axis, y: (value: number) => string): string {
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => {
    const value = low + i * step;
    return (
      `<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text x="${LEFT - 6}" y="${(Number(y(value)) + 4).toFixed(1)}" text-anchor="end">${short(value)}</text>`
    );
  }).join("");
}

function stepTicks({ step: distance }: Axis, lastStep: number, x: (step: number) => string): string {
  const step = Math.max(1, distance);
  return Array.from({ length: Math.floor(lastStep / step + 1e-9) + 1 }, (_, i) => {
    const anchor = i === 0 ? "start" : i * step > 0.96 * lastStep ? "end" : "middle";
    return `<text x="${x(i * step)}" y="${BOTTOM + 18}" text-anchor="${anchor}">${whole(i * step)}</text>`;
  }).join("");
}

const at = (coordinate: number): string => coordinate.toFixed(1);
const short = (value: number): string => {
  const digits = Number(value.toPrecision(3));
  return digits !== 0 && Math.abs(digits) < 1e-3 ? digits.toExponential() : `${digits}`;
};
/** A step in thousands where it is one: `2k`, `2.5k`. */
const whole = (step: number): string => (step >= 1000 && step % 100 === 0 ? `${step / 1000}k` : `${step}`);
