// Tests that hunt for a mistake at hundreds of moments, in hundreds of random projects or through gigabytes take minutes.
// They are left out unless all tests are asked for, so that the others run at a developer's pace.

import FileSystem

package enum LongHunt {
  /// Set by `scripts/test --all`, and if its `--filter` names such tests.
  package static let isOn = ProcessEnvironment.variables["CHECKPOINT_TEST_ALL"] != nil
  package static let whyNot = "it takes long: scripts/test --all"
}
