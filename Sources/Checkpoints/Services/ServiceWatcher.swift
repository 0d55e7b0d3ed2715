// Receives what service commands print and how they end, while they run.

package protocol ServiceWatcher: Sendable {
  func begins(_ command: ServiceCommand)
  func prints(_ bytes: UnsafeRawBufferPointer)
  func ended(_ run: ServiceRun)
  /// A command failed on the way back, when nothing depends on it any more.
  func warns(_ text: String)
}
