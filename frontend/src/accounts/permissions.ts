/** What may be done, by room, in words: for the matrix of roles and the scopes of keys. */
import permissions from "../../texts/permissions.json";
import { sentences } from "../shared/i18n";

export const ROLES = ["integrator", "agent", "supervisor", "admin"] as const;
export type Role = (typeof ROLES)[number];
export type Grants = Record<Role, string[]>;

type Key = keyof typeof permissions;
export const say = sentences(permissions);

function known(key: string): key is Key {
  return key in permissions;
}

/** The words for a permission; its code where there are none yet. */
export function permissionName(permission: string): string {
  return known(permission) ? say(permission) : permission;
}

/** Permissions under the words for their room, in the order of the rooms. */
export function byRoom(all: string[]): [string, string[]][] {
  const rooms = new Map<string, string[]>();
  for (const permission of [...all].sort()) {
    const key = `room_${permission.split(":")[0]}`;
    const room = known(key) ? say(key) : key;
    rooms.set(room, [...(rooms.get(room) ?? []), permission]);
  }
  return [...rooms];
}
