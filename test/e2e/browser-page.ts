import { createGraph, input, output } from "../../src/graph/graph.ts";
import { neg } from "../../src/graph/operations.ts";
import { availableDevices, type Device } from "../../src/runtime/device.ts";
import { createSession } from "../../src/runtime/session.ts";
import { messageOf } from "../../src/util/errors.ts";
import { runSeededNano } from "../support/nano-run.ts";

/** What the test calls in the page. */
const page = {
  availableDevices,
  runSeededNano,
  /** The message of the error that a session on a device gives. */
  async refusal(device: Device): Promise<string> {
    const graph = createGraph("refusal");
    output("y", neg(input(graph, "x", [1])));
    return createSession(graph, undefined, { device }).then(() => "none", messageOf);
  },
};

export type Page = typeof page;
Object.assign(globalThis, { page });
