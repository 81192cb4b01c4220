// Runs the command lines that it is sent, one at a time, and answers with what each has printed.
import { main } from "../dist/main.js";

process.on("message", async (args) => {
  const output = { stdout: "", stderr: "" };
  for (const name of Object.keys(output)) {
    process[name].write = (text) => {
      output[name] += text;
      return true;
    };
  }
  process.send({ code: await main(args), ...output });
});
