/** What the customer's page loads. */
import "../shared/tokens.css";
import "../shared/base.css";
