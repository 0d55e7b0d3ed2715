// What came of restoring a record so that programs can try it. Only `failed` speaks against the record.

package enum ScratchAttempt {
  case open(any ScratchDatabase)
  /// The record was not restored as it was; nothing is left of the attempt.
  case failed([String], seconds: Double)
  /// Present circumstances prevent it, such as missing rights. That says nothing about the record.
  case impossible(String)
}
