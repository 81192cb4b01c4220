// By path: what `ops` tests by itself is no part of what it exports.
import { mixtureSuite } from "../../ops/test/mixture-suite.js";
import { describeOnTensorflow } from "../test/on-tensorflow.js";

describeOnTensorflow("mixed images", mixtureSuite);
