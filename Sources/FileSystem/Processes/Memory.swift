// How the C library's heap treats large pieces.

import CLinux

package enum Memory {
  /// Gives large pieces back to the system as soon as they are freed. By default glibc takes those after the first one
  /// from the heap, where holes stay (mallopt(3), M_MMAP_THRESHOLD).
  package static func giveBackLargePieces() { mallopt(M_MMAP_THRESHOLD, 4 << 20) }

  /// Gives back what was freed in small pieces, after something that needed many of them.
  package static func giveBackSmallPieces() { malloc_trim(0) }
}
