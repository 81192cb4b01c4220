import { cpu } from "./cpu.js";
import { imageProgramConformance } from "./image-program-conformance.js";

imageProgramConformance("cpu", cpu);
