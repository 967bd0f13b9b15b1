/** The customer's sentences. */
import chat from "../../texts/chat.json";
import { sentences } from "../shared/i18n";

export const say = sentences(chat);
