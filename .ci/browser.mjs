// Opens every page in a real browser: narrow and wide, light and dark, with and without JavaScript. Nothing may be wider than
// the screen, nothing may be reported to the console, and axe must find nothing against WCAG 2.2 AA.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { AxeBuilder } from "@axe-core/playwright";

const [base, executablePath, shots] = process.argv.slice(2);
mkdirSync(shots, { recursive: true });
const pages = { overview: "/", parcel: "/parcel/demo", archive: "/archive", stats: "/stats", feeds: "/feeds", system: "/system", missing: "/nothing-here" };
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args: flags });
const faults = [];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 1280]) {
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, javaScriptEnabled });
      for (const [name, path] of Object.entries(pages)) {
        const where = `${name}, ${colorScheme}, ${width} px, ${javaScriptEnabled ? "with" : "without"} JavaScript`;
        const page = await context.newPage();
        page.on("console", (message) => {
          const expected = name === "missing" && message.text().includes("404");
          if (["error", "warning"].includes(message.type()) && !expected) faults.push(`${where}: console: ${message.text()}`);
        });
        page.on("pageerror", (error) => faults.push(`${where}: ${error}`));
        await page.goto(base + path, { waitUntil: "load" });
        if (name === "overview" && !(await page.textContent("main")).includes("Desk lamp")) faults.push(`${where}: no parcel`);
        if (javaScriptEnabled) {
          const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          if (content > screen) faults.push(`${where}: ${content} px wide on ${screen} px`);
          const axe = new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
          for (const violation of (await axe.analyze()).violations) {
            const nodes = violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join("; ");
            faults.push(`${where}: ${violation.id}: ${violation.help}: ${nodes}`);
          }
          await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        }
        await page.close();
      }
      await context.close();
    }
  }
}

// A button: what the person says is taken over, and the page says so.
const page = await browser.newPage();
await page.goto(`${base}/parcel/demo`);
await page.fill("textarea[name=text]", "Leave it with the neighbour <b>");
await page.click("form.note button");
if (!(await page.textContent("main")).includes("Leave it with the neighbour <b>")) faults.push("a note is not kept");
await browser.close();

for (const fault of faults) console.error(fault);
console.log(`${Object.keys(pages).length} pages in the browser: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
