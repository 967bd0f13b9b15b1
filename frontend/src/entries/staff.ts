/** What every staff page loads: tokens, base, component classes. Rooms add their elements here. */
import "../shared/tokens.css";
import "../shared/base.css";
import "../shared/components/index.css";
import "../staff/shell.css";
import "../staff/sign-in.css";
import "../staff/service-state";
import "../staff/sign-in-form";
import "../staff/staff-menu";
import "../knowledge/documents.css";
import "../knowledge/kefu-documents";
import "../desk/desk.css";
import "../desk/trace.css";
import "../desk/local-times";
import "../feedback/feedback.css";
import "../feedback/correct-answer";
import "../feedback/kefu-corrections";
