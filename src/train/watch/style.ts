/** What a run's page adds to the look of reports: figures, lines of charts in colours that both schemes tell apart. */
export const RUN_STYLE = `
:root { --s0: #2a6fb0; --s1: #b4480f; --s2: #1f7a4a; --s3: #7a45b5; --s4: #8a6a00; --s5: #a82d60; }
@media (prefers-color-scheme: dark) { :root { --s0: #6aa9e4; --s1: #f0985f; --s2: #5fc08a; --s3: #b996ee; --s4: #d8b93c;
  --s5: #f083ac; } }
.s0 { --s: var(--s0); } .s1 { --s: var(--s1); } .s2 { --s: var(--s2); } .s3 { --s: var(--s3); } .s4 { --s: var(--s4); }
.s5 { --s: var(--s5); }
progress { width: 100%; height: 1.2rem; accent-color: var(--series); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .8rem; margin: 1rem 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
.charts figure { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .7rem .3rem;
  display: flex; flex-direction: column; justify-content: space-between; gap: .3rem; }
.charts figcaption { display: flex; flex-wrap: wrap; gap: 0 .7rem; }
figcaption b { color: var(--ink); } figcaption span { font-variant-numeric: tabular-nums; white-space: nowrap; }
.key { color: var(--s); } .key::before { content: "\\25CF\\00A0"; }
svg .curve { fill: none; stroke: var(--s); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
svg .raw { fill: none; stroke: var(--s); stroke-width: 1; opacity: .3; } svg circle { fill: var(--s); }
.error { border-left: 4px solid var(--mark); padding-left: .8rem; }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
.maps img { display: block; width: 100%; height: auto; border-radius: 4px; }
details pre { overflow-x: auto; font-size: .85rem; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; }
details { margin-top: 1.5rem; } summary { cursor: pointer; } section { margin-top: 1.5rem; } section > h2 { margin: .8rem 0 .5rem; }
`;
