/** What every staff page loads: tokens, base, component classes. Rooms add their elements here. */
import "../shared/tokens.css";
import "../shared/base.css";
import "../shared/components/index.css";
