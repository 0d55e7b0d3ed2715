// How much a session has read and stored.

package struct WriteStatistics: Sendable {
  /// Uncompressed bytes given to the session.
  package var bytesRead = 0
  /// Compressed bytes of chunks that the store did not have.
  package var bytesStored = 0
  package var chunks = 0
  package var newChunks = 0
}
