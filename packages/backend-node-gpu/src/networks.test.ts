// By path: encoders stand beside backends, and neither names the other.
import { goldenSuite } from "../../encoder-resnet/test/golden-suite.js";

// Kernels by oneDNN round as the processor likes, and on some a relu of a deep network in training falls on the other side of a tie,
// which moves all gradients below it. TensorFlow reads this when it is loaded.
process.env.TF_ENABLE_ONEDNN_OPTS = "0";
const { describeOnTensorflow, tensorflow } = await import("../test/on-tensorflow.js");

describeOnTensorflow("whole networks on TensorFlow", () => goldenSuite(tensorflow()));
