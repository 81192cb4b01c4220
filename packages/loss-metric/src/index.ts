import type { PluginTable } from "@contrastive/core";
import { arcFace } from "./arc-face.js";
import { cosFace } from "./cos-face.js";
import { largeMarginSoftmax } from "./large-margin-softmax.js";
import { proxyAnchor } from "./proxy-anchor.js";
import { proxyNca } from "./proxy-nca.js";
import { softTriple } from "./soft-triple.js";
import { sphereFace } from "./sphere-face.js";

export { arcFace, type ArcFaceOptions } from "./arc-face.js";
export { cosFace, type CosFaceOptions } from "./cos-face.js";
export { largeMarginSoftmax, type LargeMarginSoftmaxOptions } from "./large-margin-softmax.js";
export { proxyAnchor, type ProxyAnchorOptions } from "./proxy-anchor.js";
export { proxyNca, type ProxyNcaOptions } from "./proxy-nca.js";
export { softTriple, type SoftTripleOptions } from "./soft-triple.js";
export { sphereFace, type SphereFaceOptions } from "./sphere-face.js";

export const plugins = {
  loss: {
    "arc-face": arcFace,
    "cos-face": cosFace,
    "large-margin-softmax": largeMarginSoftmax,
    "proxy-anchor": proxyAnchor,
    "proxy-nca": proxyNca,
    "soft-triple": softTriple,
    "sphere-face": sphereFace,
  },
} satisfies PluginTable;
