/** A document while it is changed. */

export interface Draft {
  readonly path: string;
  readonly text: string;
  /** The version that is changed; null: it is a new document. */
  readonly etag: string | null;
}

export interface Changed extends Partial<Draft> {
  /** What the file says, when that was read anew. */
  readonly onFile?: string;
}
