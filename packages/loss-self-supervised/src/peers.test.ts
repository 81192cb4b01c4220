import { cpu } from "@contrastive/testing";
import { peersSuite } from "../test/peers-suite.js";

peersSuite(cpu());
