/** What comes to one person can be heard: a short tone, and a notification while the page is in the background. */
import desk from "../../../texts/desk.json";
import { sentences } from "../../shared/i18n";
import { remember, remembered } from "../../shared/storage";
import { toast } from "../../staff/toast";

const say = sentences(desk);
const KEY = "kefu.desk.alerts";
const TONES_HZ = [660, 880];
const TONE_S = 0.12;
let audio: AudioContext | null = null;

/** Whether this browser was asked to; off until then. */
export function alertsOn(): boolean {
  return remembered(KEY) === "on";
}

/** Switches them, from a click: the first one lets sounds be played, and asks whether notifications are welcome. */
export async function switchAlerts(on: boolean): Promise<void> {
  remember(KEY, on ? "on" : null);
  if (!on) return;
  play();
  if (!("Notification" in window)) return;
  if ((await Notification.requestPermission()) !== "granted") toast(say("alerts_refused"));
}

/** Tells of something that came; a click on the notification leads there. */
export function alertOf(words: string, conversationId: string): void {
  if (!alertsOn()) return;
  play();
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(words, { tag: conversationId });
  note.onclick = () => {
    window.focus();
    location.assign(`/desk/conversations/${conversationId}?show=mine`);
  };
}

/** Two short tones, one after the other; a page nobody has touched yet stays silent. */
function play(): void {
  audio ??= new AudioContext();
  void audio.resume().catch(() => undefined);
  const volume = audio.createGain();
  volume.gain.value = 0.06;
  volume.connect(audio.destination);
  TONES_HZ.forEach((frequency, nth) => {
    const tone = new OscillatorNode(audio as AudioContext, { frequency });
    const start = (audio as AudioContext).currentTime + nth * TONE_S;
    tone.connect(volume);
    tone.start(start);
    tone.stop(start + TONE_S);
  });
}
