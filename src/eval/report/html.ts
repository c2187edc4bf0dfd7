import { base64, escapeHtml } from "../../gallery/page-text.ts";

export { escapeHtml };

/** A cell of a table. */
export interface Cell {
  readonly text: string;
  /** A number: set to the right, and what the column is sorted by. */
  readonly value?: number;
}

/** A cell that holds words. */
export const words = (text: string): Cell => ({ text });

/** A table; `sortable` ones can be sorted by a click where scripts run. */
export function tableHtml(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: { readonly sortable?: boolean; readonly marked?: (row: number) => boolean } = {},
): string {
  const isNumeric = head.map((_, i) => rows.some((row) => row[i]?.value !== undefined));
  const mark = (column: number) => (isNumeric[column] ? ' class="n"' : "");
  const headCells = head.map((text, i) => `<th scope="col"${mark(i)}>${escapeHtml(text)}</th>`).join("");
  const body = rows.map((row, r) => {
    const cells = row.map(({ text, value }, i) => {
      const sortKey = value === undefined || !options.sortable ? "" : ` data-v="${value}"`;
      return `<td${mark(i)}${sortKey}>${escapeHtml(text)}</td>`;
    });
    return `<tr${options.marked?.(r) ? ' class="ours"' : ""}>${cells.join("")}</tr>`;
  });
  return (
    `<div class="scroll"><table${options.sortable ? ' class="sortable"' : ""}>` +
    `<thead><tr>${headCells}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody></table></div>`
  );
}

/** Lines as a list. */
export function listHtml(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("\n")}</ul>`;
}

/** Bytes as a URL that needs no file. */
export const dataUrl = (bytes: Uint8Array, mime: string): string => `data:${mime};base64,${base64(bytes)}`;
