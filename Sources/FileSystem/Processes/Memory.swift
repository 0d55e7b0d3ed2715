// Returns freed memory to the system earlier than the C library would.

import CLinux

package enum Memory {
  /// Returns large blocks to the system as soon as they are freed. By default, glibc takes all but the first from the
  /// heap, where they leave holes (mallopt(3), M_MMAP_THRESHOLD).
  package static func giveBackLargePieces() { mallopt(M_MMAP_THRESHOLD, 4 << 20) }

  /// Returns freed small blocks, after work that needed many of them.
  package static func giveBackSmallPieces() { malloc_trim(0) }
}
