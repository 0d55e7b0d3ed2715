// Receives what service commands print and how they end, while they run.

/// Hears of service commands while they run.
package protocol ServiceWatcher: Sendable {
  func begins(_ command: ServiceCommand)
  func prints(_ bytes: UnsafeRawBufferPointer)
  func ended(_ run: ServiceRun)
  /// A command failed on the way back, which goes on.
  func warns(_ text: String)
}
