// Trains in the page on WebAssembly, and takes the README's picture of it.
import { buildSite, launch, root, serve } from "./site.js";

await buildSite();
const server = await serve();
const chrome = await launch({ gpu: false });
const page = await chrome.newPage({
  viewport: { width: 1240, height: 860 },
  deviceScaleFactor: 1.5,
});
await page.goto(`${server.url}?epochs=60`);
await page.click("#train");
await page.waitForSelector('body:is([data-phase="done"], [data-phase="failed"])', { timeout: 3_600_000 });
await page.mouse.move(0, 0);
await page.screenshot({ path: `${root}screenshot.png`, fullPage: true });
await chrome.close();
await server.close();
// Vite's server keeps connections open.
process.exit(0);
