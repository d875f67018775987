/** Why a time-stamp token does not count, as half a sentence: "it ...". What a token holds was written by others: any fault of it is this one. */
export class TimestampFault extends Error {
  override readonly name = "TimestampFault";
}
