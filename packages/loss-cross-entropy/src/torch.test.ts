import { cpu } from "@contrastive/testing";
import { torchSuite } from "../test/torch-suite.js";

torchSuite(cpu());
