/** A file in a conversation, as messages name it. */
export interface Attachment {
  attachment_id: string;
  name: string;
  media_type: string;
  size: number;
  width?: number;
  height?: number;
}

/** Where a conversation's files are; token: a customer's, staff have their cookie. */
export interface FilePlace {
  path: string;
  token?: string | undefined;
}

/** What the server takes; for the system's own choice of files. */
export const ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif,.pdf,.txt,.docx,.xlsx,image/*";
export const MOST_FILES = 5;

const SHOWN = { width: 258, height: 240 };

/** How large a picture stands in a conversation, so that nothing moves when it has come. */
export function shownSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, SHOWN.width / width, SHOWN.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** 12 KB, 3.4 MB. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The files among what was pasted or dropped. */
export function filesIn(data: DataTransfer | null): File[] {
  return data ? [...data.files] : [];
}
