// Makes files of odd names in a directory and reads the names back.

import FileSystem
import TestSupport

struct TemporaryNames {
  func create(_ names: [BytePath]) throws -> [BytePath] {
    let directory = try TemporaryDirectory()
    for name in names { try directory.write(name, []) }
    return try FileTree.list(directory.path)
  }
}
