// Tests that hunt for a mistake at hundreds of moments, in hundreds of random projects or through gigabytes take minutes, and so
// do all combinations of what a test can be about. They are left out unless all tests are asked for, so that the others run at a
// developer's pace.

import FileSystem

package enum LongHunt {
  /// Set by `scripts/test --all`, and if its `--filter` chooses tests.
  package static let isOn = ProcessEnvironment.variables["CHECKPOINT_TEST_ALL"] != nil
  package static let whyNot = "it takes long: scripts/test --all"

  /// All of the cases of a test; outside a hunt the first one, which has to be the usual one.
  package static func cases<Case>(_ all: [Case]) -> [Case] { isOn ? all : Array(all.prefix(1)) }
}
