/** What the customer's page loads. */
import "../shared/tokens.css";
import "../shared/base.css";
import "../customer/styles/index.css";
import "../customer/kefu-chat";
