import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";

export function defineFineTune(command: Command, _context: CommandContext): void {
  command.description("official weights on labelled pictures of your own");
}
