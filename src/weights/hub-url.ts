import type { HubSource } from "../models/model-row.ts";
import { DepthError } from "../util/errors.ts";

/** The names that make up one Hub file, each a valid relative path: nothing that could leave a folder. */
export function checkHubSource(source: HubSource): void {
  const owner = source.repo.split("/");
  if (owner.length > 2 || !owner.every((piece) => /^[\w.-]+$/.test(piece) && isPlainPiece(piece)))
    throw badSource(source, `repository "${source.repo}" is not of the form owner/name`);
  for (const part of ["revision", "path"] as const)
    if (!source[part].split("/").every(isPlainPiece))
      throw badSource(source, `${part} "${source[part]}" is not allowed`);
}

/** Where the endpoint serves the file: `/{repo}/resolve/{revision}/{path}`, Spaces under `/spaces`. */
export function hubFileUrl(endpoint: string, source: HubSource): string {
  const path = source.path.split("/").map(encodeURIComponent).join("/");
  return `${hubRepoUrl(endpoint, source)}/resolve/${encodeURIComponent(source.revision)}/${path}`;
}

/** The repository's page, where licences are accepted. */
export function hubRepoUrl(endpoint: string, source: HubSource): string {
  return `${endpoint}${source.repoType === "space" ? "/spaces" : ""}/${source.repo}`;
}

/** `owner/name/path` for messages. */
export function hubFileName(source: HubSource): string {
  return `${source.repoType === "space" ? "spaces/" : ""}${source.repo}/${source.path}`;
}

/** True for a name that stays inside its folder on every system. */
export function isPlainPiece(piece: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return piece !== "" && piece !== "." && piece !== ".." && !/[\\:\u0000-\u001f]/.test(piece);
}

function badSource(source: HubSource, problem: string): DepthError {
  return new DepthError("bad-argument", `Hub file ${hubFileName(source)}: ${problem}.`);
}
