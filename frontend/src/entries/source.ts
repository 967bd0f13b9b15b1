/** What the page behind a citation loads: styles, and a glide to the cited passage. */
import "../shared/tokens.css";
import "../shared/base.css";
import "../shared/components/index.css";
import "../knowledge/source.css";

document.getElementById("cited")?.scrollIntoView({ block: "center" });
