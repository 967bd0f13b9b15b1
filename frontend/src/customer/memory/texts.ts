/** The sentences about what is remembered, loaded with the elements that say them. */
import memory from "../../../texts/memory.json";
import { sentences } from "../../shared/i18n";

export const say = sentences(memory);
