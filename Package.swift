// swift-tools-version: 6.2
// Imports go in one direction only; Tests/ArchitectureTests holds the table and enforces it.
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// For what every byte of every file and row goes through: the tests would spend a third of their time there otherwise.
let quick: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// The tests start the program thousands of times, and Swift's libraries take 3 ms to load.
let selfContained: [LinkerSetting] = [
  .unsafeFlags(
    ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"], .when(configuration: .debug))
]

func room(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target
{
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func system(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
  name: "checkpoint",
  products: [.executable(name: "checkpoint", targets: ["checkpoint"])],
  targets: [
    system("CGit", pkgConfig: "libgit2", apt: "libgit2-dev"),
    system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
    system("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    .systemLibrary(name: "CLinux"),
    .target(name: "CLateLibrary"),
    .target(name: "CPostgres", dependencies: ["CLateLibrary"]),
    .target(name: "CLibArchive", dependencies: ["CLateLibrary"]),
    .target(
      name: "BuiltInFiles",
      resources: [.embedInCode("completions"), .embedInCode("hooks"), .embedInCode("stage")],
      swiftSettings: strict),
    room("FileSystem", ["CLinux"], quick),
    room("Codecs", ["CZstd", "CZlib", "CCrypto", "CXXHash", "CLibArchive"], quick),
    room("Git", ["CGit", "Codecs", "FileSystem"]),
    room("Postgres", ["CPostgres", "FileSystem"]),
    room("ChunkStore", ["Codecs", "FileSystem"], quick),
    room("Checkpoints", ["BuiltInFiles", "ChunkStore", "Codecs", "Git", "FileSystem"]),
    room("Formatting", ["FileSystem"]),
    room("Scheduling", ["Checkpoints", "ChunkStore", "Codecs", "FileSystem"]),
    room("DataSources", ["Checkpoints", "Postgres", "ChunkStore", "Codecs", "FileSystem", "Formatting"]),
    room(
      "Operations",
      [
        "Scheduling", "Remotes", "DataSources", "Checkpoints", "ChunkStore", "Git", "Postgres", "FileSystem",
        "Formatting",
      ]),
    room("Remotes", ["Checkpoints", "ChunkStore", "Codecs", "Git", "FileSystem"]),
    room("Monitoring", ["Checkpoints", "FileSystem", "Formatting"]),
    room("ReportPages", ["Checkpoints", "Git", "FileSystem", "Formatting"]),
    room(
      "CheckpointCLI",
      [
        "Operations", "ReportPages", "Monitoring", "Scheduling", "Remotes", "DataSources", "Checkpoints",
        "ChunkStore",
        "Git",
        "Postgres",
        "FileSystem", "Formatting", "BuiltInFiles",
      ]),
    .executableTarget(
      name: "checkpoint", dependencies: ["CheckpointCLI"], swiftSettings: strict,
      linkerSettings: selfContained),
    .target(
      name: "TestSupport", dependencies: ["FileSystem", "Checkpoints", "ChunkStore", "Git", "CLinux"],
      path: "Tests/TestSupport",
      swiftSettings: quick),
    tests("ArchitectureTests", ["FileSystem"]),
    tests("StorageTests", ["FileSystem", "Codecs", "ChunkStore"]),
    tests("GitTests", ["Git", "FileSystem"]),
    tests(
      "DomainTests",
      [
        "Operations", "Remotes", "Checkpoints", "DataSources", "Postgres", "ChunkStore", "Codecs", "Git",
        "FileSystem",
      ]),
    tests(
      "CommandLineTests",
      [
        "CheckpointCLI", "ReportPages", "Monitoring", "Scheduling", "Formatting", "Checkpoints", "ChunkStore",
        "DataSources", "Git",
        "FileSystem",
      ]),
    tests(
      "EndToEndTests",
      ["FileSystem", "Codecs", "ChunkStore", "Checkpoints", "Postgres", "DataSources"]),
  ],
  swiftLanguageModes: [.v6]
)

// libFuzzer brings a main function of its own, which no other build must meet.
if Context.environment["CHECKPOINT_FUZZ"] != nil {
  package.products.append(.executable(name: "Fuzzers", targets: ["Fuzzers"]))
  package.targets.append(
    .executableTarget(
      name: "Fuzzers",
      dependencies: ["Checkpoints", "DataSources", "Postgres", "Git", "Codecs", "FileSystem"],
      path: "Tests/Fuzzers", exclude: ["corpus"], swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
