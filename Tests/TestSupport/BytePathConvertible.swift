// What a test may give as an argument of a program or as a file's name: bytes as they are, or text.

import Checkpoints
import FileSystem

package protocol BytePathConvertible: Sendable {
  var bytePath: BytePath { get }
}

extension BytePath: BytePathConvertible {
  package var bytePath: BytePath { self }
}

extension String: BytePathConvertible {
  package var bytePath: BytePath { BytePath(self) }
}

extension Substring: BytePathConvertible {
  package var bytePath: BytePath { BytePath(String(self)) }
}

extension CheckpointID: BytePathConvertible {
  package var bytePath: BytePath { BytePath(description) }
}
