/** A page on paper: its look, and the button that prints it. */
import "./print.css";

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
