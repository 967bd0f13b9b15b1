/** What the page behind a citation loads: styles, and a glide to the cited passage, on the picture of its page where there is one. */
import "../shared/tokens.css";
import "../shared/base.css";
import "../shared/components/index.css";
import "../knowledge/source.css";

const wide = matchMedia("(min-width: 1180px)").matches;
const marked = document.querySelector(".source-marks > rect");
const sheet = document.querySelector<HTMLImageElement>(".source-picture > img");
const glide = () => marked?.scrollIntoView({ block: wide ? "nearest" : "center" });

if (!sheet) document.getElementById("cited")?.scrollIntoView({ block: "center" });
else if (!location.hash) {
  if (sheet.complete) glide();
  else sheet.addEventListener("load", glide, { once: true });
}
