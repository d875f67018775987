export interface EntryMoment {
  /** Number of the entry: the order that counts. */
  readonly seq: number;
  /** By the writer's clock, UTC. */
  readonly at: string;
}
