import { describe, expect, it } from "vitest";
import { axisOf, curveChartHtml, MAX_POINTS } from "./curve-chart.ts";

describe("axisOf", () => {
  it.each([
    [0.21, 0.87, 0, 1, 0.25],
    [0.82, 0.91, 0.8, 0.925, 0.025],
    [3, 7, 3, 7, 1],
    [-1, 1, -1, 1, 0.5],
    [0, 5000, 0, 6000, 2000],
    [0, 0.00005, 0, 0.00006, 0.00002],
  ])("%d to %d: ticks from %d to %d every %d", (low, high, from, to, step) => {
    const axis = axisOf(low, high);
    [axis.low - from, axis.high - to, axis.step - step].map((off) => expect(Math.abs(off)).toBeLessThan(1e-9));
  });

  it.each([0, 0.4, -3, 1e9])("has room about a single value %d", (value) => {
    const { low, high, step } = axisOf(value, value);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    expect((high - low) / step).toBeGreaterThan(0.999);
    expect((high - low) / step).toBeLessThan(12);
  });
});

describe("curveChartHtml", () => {
  const points = Array.from({ length: 50_000 }, (_, i) => ({ step: i + 1, value: Math.exp(-i / 9000) }));

  it("thins a long run, names several curves and their latest values, and escapes them", () => {
    const html = curveChartHtml({
      title: "a < b",
      curves: [
        { name: "<i>", points, raw: points },
        { name: "second", points: [{ step: 7, value: 0.25 }] },
        { name: "none", points: [] },
      ],
    });
    expect(html).toContain("<b>a &lt; b</b>");
    expect(html).toContain('<span class="key s0">&lt;i&gt; 0.00387</span>');
    expect(html).toContain('<span class="key s1">second 0.25</span>');
    expect(html).not.toContain("none");
    const [raw, line] = [...html.matchAll(/points="([^"]*)"/g)].map(([, list]) => list?.split(" ").length);
    expect([raw, line]).toEqual([2 * MAX_POINTS, MAX_POINTS]);
    expect(html.length).toBeLessThan(30_000);
  });

  it("stays inside its box, even where raw values leave it", () => {
    const raw = points.map((point, i) => (i % 5000 === 3 ? { ...point, value: 50 } : point));
    const html = curveChartHtml({ title: "peaks", curves: [{ name: "x", points, raw }] });
    const numbers = [...html.matchAll(/points="([^"]*)"/g)].flatMap(([, list = ""]) => list.split(" "));
    for (const pair of numbers) {
      const [x, y] = pair.split(",").map(Number) as [number, number];
      expect(x >= 50 && x <= 392 && y >= 10 && y <= 190).toBe(true);
    }
    expect(html).toContain(">1</text>"); // the axis ends at 1, not at 50
  });

  it("dots tell their values; nothing is drawn without points; one step is a dot", () => {
    const one = { title: "t", dots: true, curves: [{ name: "set", points: [{ step: 1200, value: 0.98765 }] }] };
    expect(curveChartHtml({ ...one, format: (v) => v.toFixed(4) })).toContain("<title>set, step 1.2k: 0.9877</title>");
    expect(curveChartHtml({ title: "t", curves: [{ name: "x", points: [] }] })).toBe("");
    const single = curveChartHtml({ title: "t", curves: [{ name: "x", points: [{ step: 1, value: 2 }] }] });
    expect(single).toMatch(/points="392\.0,(\S+) 392\.0,\1"/);
  });
});
