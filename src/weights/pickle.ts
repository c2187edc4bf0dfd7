import { DepthError } from "../util/errors.ts";

/** A name a pickle refers to, such as `torch.FloatStorage`. It is only ever compared, never looked up or run. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly path: string;
}

/** How a pickle's outside references are given a meaning. Whatever is not allowed here ends the reading. */
export interface PickleRules {
  /** The full paths (`module.name`) a pickle may mention. */
  readonly globals: ReadonlySet<string>;
  /** The value of `path(...args)`; throws if that cannot be called or the arguments do not fit. */
  call(path: string, args: readonly unknown[]): unknown;
  /** The value of a persistent id (PyTorch: a storage). */
  persistent(id: unknown): unknown;
}

/**
 * Reads a Python pickle, protocols 2 to 5, without executing anything: a stack machine that knows the opcodes of
 * plain data (source: CPython, Lib/pickletools.py) and asks `rules` about everything else.
 * Dictionaries become `Map`, lists and tuples arrays, bytes `Uint8Array`, large integers `bigint`.
 *
 * @param name what to call the file in errors
 * @throws DepthError `bad-file` if the data is cut off or inconsistent, `unsupported` for a global or an opcode
 *   outside the rules
 */
export function unpickle(bytes: Uint8Array, name: string, rules: PickleRules): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const memo = new Map<number, unknown>();
  const marks: unknown[][] = [];
  let stack: unknown[] = [];
  let position = 0;

  const bad = (what: string) => new DepthError("bad-file", `${name}: damaged pickle at byte ${position}: ${what}.`);
  const refuse = (what: string) =>
    new DepthError(
      "unsupported",
      `${name}: the pickle wants ${what}. Only tensors and plain values are read and nothing is executed; ` +
        "if you trust the file, save its state dict alone: torch.save(model.state_dict(), path).",
    );
  const take = (size: number): number => {
    if (position + size > bytes.length) throw bad(`${size} more bytes expected, the file is probably cut off`);
    position += size;
    return position - size;
  };
  const u8 = () => view.getUint8(take(1));
  const u32 = () => view.getUint32(take(4), true);
  const u64 = () => Number(view.getBigUint64(take(8), true));
  const blob = (size: number): Uint8Array => {
    const start = take(size);
    return bytes.subarray(start, start + size);
  };
  const text = (size: number) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(blob(size));
  const line = (): string => {
    const end = bytes.indexOf(10, position);
    if (end < 0) throw bad("a line has no end");
    const value = text(end - position);
    position = end + 1;
    return value;
  };
  const pop = (): unknown => {
    if (stack.length === 0) throw bad("a value is missing on the stack");
    return stack.pop();
  };
  const popMark = (): unknown[] => {
    const items = stack;
    const below = marks.pop();
    if (below === undefined) throw bad("a mark is missing");
    stack = below;
    return items;
  };
  const push = (value: unknown) => void stack.push(value);
  const top = <T>(type: abstract new (...args: never[]) => T, what: string): T => {
    const value = stack.at(-1);
    if (!(value instanceof type)) throw bad(`${what} expected on the stack`);
    return value;
  };
  const tuple = (size: number) => {
    if (stack.length < size) throw bad("a value is missing on the stack");
    push(stack.splice(stack.length - size));
  };
  const setItems = (items: readonly unknown[]) => {
    if (items.length % 2 !== 0) throw bad("a key has no value");
    const map = top<Map<unknown, unknown>>(Map, "a dictionary");
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  };
  const integer = (size: number): number | bigint => {
    const digits = blob(size);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i] as number);
    value = BigInt.asIntN(8 * size, value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  };
  const global = (path: string) => {
    if (!rules.globals.has(path)) throw refuse(`"${path}"`);
    push({ kind: "global", path } satisfies PickleGlobal);
  };
  const recall = (key: number) => {
    if (!memo.has(key)) throw bad(`nothing was remembered as ${key}`);
    push(memo.get(key));
  };
  const remember = (key: number) => {
    if (stack.length === 0) throw bad("a value is missing on the stack");
    memo.set(key, stack.at(-1));
  };

  for (;;) {
    const opcode = u8();
    switch (opcode) {
      case 0x80: {
        const protocol = u8();
        if (protocol < 2 || protocol > 5) throw refuse(`pickle protocol ${protocol}`);
        break;
      }
      case 0x95: // FRAME: its length serves streaming readers only
        take(8);
        break;
      case 0x2e: // STOP
        return pop();
      case 0x28: // MARK
        marks.push(stack);
        stack = [];
        break;
      case 0x30: // POP
        pop();
        break;
      case 0x31: // POP_MARK
        popMark();
        break;
      case 0x32: // DUP
        push(pop());
        push(stack.at(-1));
        break;

      case 0x4e: // NONE
        push(null);
        break;
      case 0x88: // NEWTRUE
        push(true);
        break;
      case 0x89: // NEWFALSE
        push(false);
        break;
      case 0x4b: // BININT1
        push(u8());
        break;
      case 0x4d: // BININT2
        push(view.getUint16(take(2), true));
        break;
      case 0x4a: // BININT
        push(view.getInt32(take(4), true));
        break;
      case 0x8a: // LONG1
        push(integer(u8()));
        break;
      case 0x47: // BINFLOAT, the one big-endian number
        push(view.getFloat64(take(8), false));
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING
        push(text(u8()));
        break;
      case 0x58: // BINUNICODE
      case 0x54: // BINSTRING
        push(text(u32()));
        break;
      case 0x8d: // BINUNICODE8
        push(text(u64()));
        break;
      case 0x43: // SHORT_BINBYTES
        push(blob(u8()));
        break;
      case 0x42: // BINBYTES
        push(blob(u32()));
        break;
      case 0x8e: // BINBYTES8
        push(blob(u64()));
        break;

      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        push([]);
        break;
      case 0x7d: // EMPTY_DICT
        push(new Map());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        tuple(opcode - 0x84);
        break;
      case 0x74: // TUPLE
        push(popMark());
        break;
      case 0x61: {
        // APPEND
        const item = pop();
        top<unknown[]>(Array, "a list").push(item);
        break;
      }
      case 0x65: {
        // APPENDS
        const items = popMark();
        const list = top<unknown[]>(Array, "a list");
        for (const item of items) list.push(item);
        break;
      }
      case 0x73: {
        // SETITEM
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 0x75: // SETITEMS
        setItems(popMark());
        break;

      case 0x71: // BINPUT
        remember(u8());
        break;
      case 0x72: // LONG_BINPUT
        remember(u32());
        break;
      case 0x94: // MEMOIZE
        remember(memo.size);
        break;
      case 0x68: // BINGET
        recall(u8());
        break;
      case 0x6a: // LONG_BINGET
        recall(u32());
        break;

      case 0x63: // GLOBAL
        global(`${line()}.${line()}`);
        break;
      case 0x93: {
        // STACK_GLOBAL
        const member = pop();
        const module = pop();
        if (typeof module !== "string" || typeof member !== "string") throw bad("a global without a name");
        global(`${module}.${member}`);
        break;
      }
      case 0x52: {
        // REDUCE
        const args = pop();
        const callee = pop() as Partial<PickleGlobal> | null | undefined;
        if (callee?.kind !== "global" || callee.path === undefined) throw bad("a call of something that is no global");
        if (!Array.isArray(args)) throw bad(`a call of ${callee.path} without a tuple of arguments`);
        push(rules.call(callee.path, args));
        break;
      }
      case 0x62: // BUILD: attributes of an OrderedDict (a state dict's _metadata); of no use here
        pop();
        top(Map, "a dictionary");
        break;
      case 0x51: // BINPERSID
        push(rules.persistent(pop()));
        break;
      default:
        throw refuse(`opcode 0x${opcode.toString(16).padStart(2, "0")} (byte ${position - 1})`);
    }
  }
}
