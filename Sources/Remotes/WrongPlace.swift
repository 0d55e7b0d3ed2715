// A place in a pack that does not hold what an index says.

import ChunkStore

package struct WrongPlace: Sendable {
  let chunk: ChunkID
  let place: RemoteIndex.Place
}
