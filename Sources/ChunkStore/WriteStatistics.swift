// How much a session has read and stored.

package struct WriteStatistics: Sendable {
  /// Bytes given to the session, before compression.
  package var bytesRead = 0
  /// Bytes of new chunks, after compression.
  package var bytesStored = 0
  package var chunks = 0
  package var newChunks = 0
}
