// The table of imports, enforced: which module may know which. Package.swift would not be enough, because the compiler
// lets a module import everything that happens to be built.

import FileSystem
import Testing

/// What each module may import besides Swift's own modules.
let allowedImports: [String: Set<String>] = [
  "CLinux": [], "CLateLibrary": [], "CGit": [], "CPostgres": [], "CZstd": [], "CZlib": [],
  "CCrypto": [], "CXXHash": [],
  "CLibArchive": [], "BuiltInFiles": [],
  "FileSystem": ["CLinux"],
  "Codecs": ["CZstd", "CZlib", "CCrypto", "CXXHash", "CLibArchive"],
  "Git": ["CGit", "Codecs", "FileSystem"],
  "Postgres": ["CPostgres", "FileSystem"],
  "ChunkStore": ["Codecs", "FileSystem"],
  "Checkpoints": ["BuiltInFiles", "ChunkStore", "Codecs", "Git", "FileSystem"],
  "Formatting": ["FileSystem"],
  "DataSources": ["Checkpoints", "Postgres", "ChunkStore", "Codecs", "FileSystem", "Formatting"],
  "Scheduling": ["Checkpoints", "ChunkStore", "Codecs", "FileSystem"],
  "Remotes": ["Checkpoints", "ChunkStore", "Codecs", "Git", "FileSystem"],
  "Operations": [
    "Scheduling", "Remotes", "DataSources", "Checkpoints", "ChunkStore", "Git", "Postgres", "FileSystem",
    "Formatting",
  ],
  "Monitoring": ["Checkpoints", "FileSystem", "Formatting"],
  "ReportPages": ["Checkpoints", "Git", "FileSystem", "Formatting"],
  "CheckpointCLI": [
    "Operations", "ReportPages", "Monitoring", "Scheduling", "Remotes", "DataSources", "Checkpoints",
    "ChunkStore",
    "Git",
    "Postgres",
    "FileSystem", "Formatting", "BuiltInFiles",
  ],
  "checkpoint": ["CheckpointCLI"],
]

/// Swift's own modules that files may import.
let modulesOfSwift: Set<String> = ["Glibc", "FoundationEssentials", "Synchronization"]

@Suite("The table of imports")
struct ImportTests {
  @Test("every module imports only what the table allows", arguments: allowedImports.keys.sorted())
  func onlyAllowedImports(module: String) throws {
    let allowed = modulesOfSwift.union(allowedImports[module] ?? [])
    for file in try SourceFile.all(in: module) {
      let surplus = file.imports.subtracting(allowed)
      #expect(surplus.isEmpty, "\(file.path) imports \(surplus.sorted())")
    }
  }

  @Test("every directory below Sources is in the table")
  func everyModuleIsListed() throws {
    #expect(Set(try SourceFile.modules()) == Set(allowedImports.keys))
  }

  @Test("a system-library target holds a module map and headers, and nothing else")
  func systemLibrariesAreThin() throws {
    let ownModules = ["BuiltInFiles", "CLateLibrary", "CPostgres", "CLibArchive"]
    for module in try SourceFile.modules()
    where allowedImports[module]?.isEmpty == true && !ownModules.contains(module) {
      let names = try FileTree.list(SourceFile.root.appending(module)).map(\.description)
      #expect(names.contains("module.modulemap"))
      #expect(names.allSatisfy { $0 == "module.modulemap" || $0.hasSuffix(".h") }, "\(module): \(names)")
    }
  }

  @Test(
    "an import is recognised in each of its forms",
    arguments: [
      ("import Git", "Git"), ("@testable import Git", "Git"), ("package import Git", "Git"),
      ("  internal import struct Git.ObjectID", "Git"), ("@preconcurrency import Git.Sub", "Git"),
      ("import Git // why", "Git"),
    ])
  func recognisesImports(line: String, module: String) {
    #expect(SourceFile.importedModule(line) == module)
  }

  @Test(
    "what only looks like an import is none",
    arguments: ["// import Git", "important Git", "let x = \"import Git\"", "import base64, sys"])
  func recognisesOthers(line: String) {
    #expect(SourceFile.importedModule(line) == nil)
  }
}
