import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { DepthError } from "../util/errors.ts";

/** Where to download from and to; what is left out is read from the environment. */
export interface HubEnvironmentOptions {
  /** Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string;
  /** Default: `HF_HUB_CACHE`, else `$HF_HOME/hub`, else `~/.cache/huggingface/hub`, shared with Python. */
  readonly cacheFolder?: string;
  /** Access token for gated repositories. Default: `HF_TOKEN`. Sent to the endpoint's own origin only. */
  readonly token?: string;
  /** Use nothing but the cache. Default: `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`. */
  readonly offline?: boolean;
  /** The environment variables. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What the options and the environment come to. */
export interface HubEnvironment {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly cacheFolder: string;
  readonly token?: string;
  readonly offline: boolean;
}

/**
 * Settles options over environment variables over the defaults of Python's `huggingface_hub`.
 * @throws DepthError `bad-argument` for an endpoint that is no http(s) address.
 */
export function hubEnvironment(options: HubEnvironmentOptions = {}): HubEnvironment {
  const environment = options.environment ?? process.env;
  const variable = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const cacheHome = variable("XDG_CACHE_HOME") ?? "~/.cache";
  const home = variable("HF_HOME") ?? join(cacheHome, "huggingface");
  const token = options.token ?? variable("HF_TOKEN");
  return {
    endpoint: checkEndpoint(options.endpoint ?? variable("HF_ENDPOINT") ?? "https://huggingface.co"),
    cacheFolder: expandHome(
      options.cacheFolder ?? variable("HF_HUB_CACHE") ?? variable("HUGGINGFACE_HUB_CACHE") ?? join(home, "hub"),
    ),
    ...(token !== undefined && { token }),
    offline: options.offline ?? ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].some((name) => isTrue(variable(name))),
  };
}

function isTrue(value: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(value ?? "");
}

function expandHome(path: string): string {
  return resolve(path.replace(/^~(?=$|[\\/])/, homedir()));
}

function checkEndpoint(endpoint: string): string {
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw new DepthError(
      "bad-argument",
      `The Hub endpoint "${endpoint}" (HF_ENDPOINT) is no web address; expected one like https://huggingface.co.`,
    );
  return endpoint.replace(/\/+$/, "");
}
