// Random numbers that a seed repeats, for tests that draw what they do; a failure names the seed.

import Glibc

/// SplitMix64: a seed gives the same numbers everywhere.
struct SeededGenerator: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  /// - Parameter seed: by default another one for each run, or the one in CHECKPOINT_TEST_SEED.
  init() {
    let given = getenv("CHECKPOINT_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
    self.init(seed: given ?? .random(in: 0...999_999))
  }

  init(seed: UInt64) { (self.seed, state) = (seed, seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
