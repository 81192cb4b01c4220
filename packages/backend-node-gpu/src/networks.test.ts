// First.
import "../test/without-one-dnn.js";
// By path: encoders stand beside backends, and neither names the other.
import { goldenSuite } from "../../encoder-resnet/test/golden-suite.js";
import { describeOnTensorflow, tensorflow } from "../test/on-tensorflow.js";

describeOnTensorflow("whole networks on TensorFlow", () => goldenSuite(tensorflow()));
