import type { DownloadNotice } from "../weights/hub.node.ts";

/** Tells on stderr what is about to be downloaded and what its licence allows. */
export function printDownloadNotice(notice: DownloadNotice): void {
  const { title, source, endpoint, cacheFolder, licence, commercialUse, licenceNote } = notice;
  const size = source.approximateBytes === undefined ? "" : `, about ${Math.round(source.approximateBytes / 1e6)} MB`;
  process.stderr.write(
    `Downloading ${title} (${source.repo}${size}) from ${endpoint} to ${cacheFolder}\n` +
      `Licence: ${licence}, ${commercialUse ? "commercial use allowed" : "NO commercial use"}. ${licenceNote}\n`,
  );
}
