import { backendConformance } from "./backend-conformance.js";
import { cpu } from "./cpu.js";

backendConformance("cpu", cpu);
