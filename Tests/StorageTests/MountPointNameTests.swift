// Mount points as the kernel lists them.

import TestSupport
import Testing

@testable import FileSystem

@Suite("Names of mount points")
struct MountPointNameTests {
  @Test("spaces, tabs, newlines and backslashes are escaped in the list")
  func escapes() {
    #expect(MountPoints.unescaped(Array(#"/a\040b\011c\012d\134e"#.utf8)) == "/a b\tc\nd\\e")
    #expect(MountPoints.unescaped(Array(#"/a\04"#.utf8)) == #"/a\04"#)
    #expect(MountPoints.unescaped([0x2F, 0xE9]) == BytePath([0x2F, 0xE9]))
  }

  @Test("what is mounted below a directory is found, and the directory itself is not")
  func proc() {
    #expect(MountPoints.below("/").contains("/proc"))
    #expect(!MountPoints.below("/proc").contains("/proc"))
  }
}
