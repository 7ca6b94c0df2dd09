/** One line that says what just happened, and goes away by itself. */

const SHOWN_MS = 4_000;

const line = document.getElementById("status");
let timer;

export function tell(text) {
  clearTimeout(timer);
  line.textContent = text;
  timer = setTimeout(() => (line.textContent = ""), SHOWN_MS);
}
