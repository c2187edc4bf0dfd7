// npx looks for a command in node_modules/.bin first; npm puts a package's own command there only for others.
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "node_modules", ".bin");
const link = join(folder, "depth-anything");
if (existsSync(folder)) {
  chmodSync(join(root, "dist", "cli", "main.js"), 0o755);
  rmSync(link, { force: true });
  if (process.platform === "win32") writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\dist\\cli\\main.js" %*\r\n');
  else symlinkSync(join("..", "..", "dist", "cli", "main.js"), link);
}
