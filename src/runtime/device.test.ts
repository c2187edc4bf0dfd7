import { describe, expect, it } from "vitest";
import { availableDevices, DEVICES, providerOf } from "./device.ts";

describe("devices", () => {
  it("always include the cpu, first, and only known ones", () => {
    const available = availableDevices();
    expect(available[0]).toBe("cpu");
    expect(DEVICES).toEqual(expect.arrayContaining(available));
    for (const device of available) expect(() => providerOf(device)).not.toThrow();
  });

  it("that are not there are refused with what to do", () => {
    const missing = DEVICES.filter((device) => !availableDevices().includes(device));
    expect(missing.length).toBeGreaterThan(0); // no build has both DirectML and Core ML
    for (const device of missing)
      expect(() => providerOf(device)).toThrow(
        new RegExp(`^Device "${device}" cannot be used: .*can try: cpu.*\\. (It|In) .*\\.$`, "s"),
      );
  });
});
