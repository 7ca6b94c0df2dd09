// The report on WCAG 2.2: `cargo xtask accessibility` runs the tests that carry a criterion's tag (`@wcag-2.4.7`) and writes what they
// showed to tests/golden/wcag.json and, as a table for the demo shop, to www/parts/wcag.html. A test of the suite holds
// both to the tests that there are. What no test shows is said in wcag.json, with its reason in www/locale.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(import.meta.dirname, "../..");
const read = (path) => readFileSync(join(root, path), "utf8");
const json = (path) => JSON.parse(read(path));
const words = json("www/locale/en.json");

export const GOLDEN = "tests/golden/wcag.json";
export const TABLE = "www/parts/wcag.html";
const RESULTS = ["passes", "fails", "none", "page", "people"];

/** Each tagged test: its file, its title, the criteria that it shows, and whether it passed. `--list` runs none. */
export function tests(...options) {
  const folder = mkdtempSync(join(tmpdir(), "stampcard-"));
  const report = join(folder, "report.json");
  // A worker's own variables would make this run one of its tests.
  const own = Object.entries(process.env).filter(([name]) => !/^(TEST_|PW_|PLAYWRIGHT_)/.test(name));
  const env = { ...Object.fromEntries(own), PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  try {
    execFileSync("npx", ["playwright", "test", "--grep=@wcag-", "--reporter=json", ...options], {
      cwd: import.meta.dirname,
      env,
      stdio: options.includes("--list") ? "ignore" : "inherit",
    });
  } catch {
    // A test that failed is in the report, and an absent report says the rest.
  }
  try {
    return JSON.parse(readFileSync(report, "utf8")).suites.flatMap((suite) => collect(suite, suite.title));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collect(suite, file, titles = []) {
  const own = (suite.specs ?? []).map(({ title, tags, ok }) => ({
    file,
    title: [...titles, title].join(" › "),
    criteria: tags.filter((tag) => /wcag-/.test(tag)).map((tag) => tag.replace(/^@?wcag-/, "")),
    passed: ok,
  }));
  return own.concat((suite.suites ?? []).flatMap((inner) => collect(inner, file, [...titles, inner.title])));
}

/** A row for each criterion; what a test shows counts more than what is said without one. */
export function rows(tests) {
  const criteria = json("tests/browser/wcag.json");
  const known = new Set(criteria.map(({ id }) => id));
  for (const { title, criteria } of tests) {
    for (const id of criteria) if (!known.has(id)) throw new Error(`${title}: there is no criterion ${id} at level A or AA`);
  }
  return criteria.map(({ id, level, result }) => {
    const shown = tests.filter((test) => test.criteria.includes(id));
    if (!result && shown.length === 0) throw new Error(`${id}: no test shows it, and wcag.json does not say why`);
    if (result && shown.length > 0) throw new Error(`${id}: wcag.json says ${result}, and tests show it`);
    const found = result ?? (shown.every(({ passed }) => passed) ? "passes" : "fails");
    const by = ({ file, title }) => ({ file, title });
    return { id, level, result: found, tests: shown.map(by).sort((a, b) => (a.file + a.title < b.file + b.title ? -1 : 1)) };
  });
}

export const golden = (rows) => `${JSON.stringify(rows, null, 1)}\n`;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const say = (tag, key, more = "") => `<${tag}${more} data-t="${key}">${escaped(words[key])}</${tag}>`;

/** The page's part: how many of each result, and the table. */
export function table(rows) {
  const counts = RESULTS.map((result) => [result, rows.filter((row) => row.result === result).length]).filter(([, count]) => count > 0);
  return [
    "      <!-- Written by `cargo xtask accessibility`. -->",
    '      <dl class="wcag-counts">',
    ...counts.map(([result, count]) => `        <div class="${result}">${say("dt", `accessibility.${result}`)}<dd>${count}</dd></div>`),
    "      </dl>",
    '      <table class="wcag" role="table">',
    `        <caption data-t="accessibility.table">${escaped(words["accessibility.table"])}</caption>`,
    '        <thead role="rowgroup"><tr role="row">',
    ...["criterion", "level", "result", "how"].map((name) => `          ${say("th", `accessibility.${name}`, ' scope="col" role="columnheader"')}`),
    "        </tr></thead>",
    '        <tbody role="rowgroup">',
    ...rows.map(row),
    "        </tbody>",
    "      </table>",
    "",
  ].join("\n");
}

function row({ id, level, result, tests }) {
  const why = `wcag.${id}.why`;
  return [
    `        <tr id="wcag-${id}" role="row">`,
    `          <th scope="row" role="rowheader"><span class="wcag-id">${id}</span> ${say("span", `wcag.${id}`)}</th>`,
    `          <td role="cell">${level}</td>`,
    `          <td role="cell">${say("span", `accessibility.${result}`, ` class="verdict ${result}"`)}</td>`,
    `          <td role="cell">${words[why] ? say("p", why) : ""}${tests.length > 0 ? list(tests) : ""}</td>`,
    "        </tr>",
  ].join("\n");
}

function list(tests) {
  const items = tests.map(({ file, title }) => `<li><code>${escaped(file)}</code> ${escaped(title)}</li>`);
  return `<details><summary>${say("span", "accessibility.tests")} ${tests.length}</summary><ul lang="en">${items.join("")}</ul></details>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = rows(tests());
  writeFileSync(join(root, GOLDEN), golden(found));
  writeFileSync(join(root, TABLE), table(found));
  const failed = found.filter(({ result }) => result === "fails").map(({ id }) => id);
  console.log(failed.length > 0 ? `fails: ${failed.join(", ")}` : `${GOLDEN} and ${TABLE} are written.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
