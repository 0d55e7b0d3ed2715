// What came of restoring a record so that programs can try it. Only `failed` speaks against the record.

package enum ScratchAttempt {
  case open(any ScratchDatabase)
  /// The record does not come back as it was; nothing is left of the attempt.
  case failed([String], seconds: Double)
  /// Something of here and now is in the way, such as missing rights, and says nothing about the record.
  case impossible(String)
}
