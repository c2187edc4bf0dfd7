// Packs the built package, installs it in an empty project, and uses it there: command line, library, types.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "depth-anything-package-"));
const run = (command, args, cwd = project) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], root));
  const tarball = join(project, packed.filename);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  // ONNX Runtime's install step downloads GPU files that this check does not need.
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", tarball]);
  writeFileSync(
    join(project, "use.mjs"),
    `import { loadModel, readImage, writeDepth } from "depth-anything";
import sharp from "sharp";
await sharp({ create: { width: 320, height: 240, channels: 3, noise: { type: "gaussian", mean: 128, sigma: 30 } } }).jpeg().toFile("photo.jpg");
const model = await loadModel();
const depth = await model.estimate(await readImage("photo.jpg"));
await writeDepth(depth, "photo.npy");
await model.dispose();
if (depth.width !== 320 || depth.data.length !== 320 * 240) throw new Error("unexpected depth map");
`,
  );
  run("node", ["use.mjs"]);
  run("npx", ["--no-install", "depth-anything", "photo.jpg"]);
  for (const file of ["photo.npy", "photo_depth.png"])
    if (!existsSync(join(project, file))) throw new Error(`${file} was not written`);
  const megabytes = (statSync(tarball).size / 1e6).toFixed(1);
  process.stdout.write(
    `${packed.filename}: ${megabytes} MB, ${packed.entryCount} files; installed and used in an empty project.\n`,
  );
} finally {
  rmSync(project, { recursive: true });
}
