// Whoever hears of a stage's tests while they run.

import Checkpoints

package protocol TestWatcher {
  /// - Parameter command: as the settings have it.
  func begins(_ command: String)
  func prints(_ piece: UnsafeRawBufferPointer)
  func ended(_ run: TestRun)
}
