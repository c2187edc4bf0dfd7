import sharp from "sharp";
import { proceduralScene } from "../src/data/procedural/scene.ts";
import { loadModel } from "../src/depth/load-model.node.ts";
import { captionedSideBySide } from "../src/output/captioned-side-by-side.node.ts";
import { colourise } from "../src/output/colourise.ts";

/** Makes docs/example.jpg, the README's picture: a scene nobody has seen, and its depth by Nano. */
const { image } = proceduralScene(20_261, { width: 480, height: 360, kinds: ["street"] });
const model = await loadModel();
const depth = await model.estimate(image);
const picture = await captionedSideBySide(image, colourise(depth, "inferno"));
const { width, height, data } = picture;
await sharp(data, { raw: { width, height, channels: 3 } })
  .jpeg({ quality: 88 })
  .toFile("docs/example.jpg");
await model.dispose();
