// What a server of the tests may lack: those from PyPI come without ICU, some without XML or without the extensions
// that Debian's has. Tests that cannot do without are skipped and say why; the samples use something else.

import FileSystem

package enum ServerFeature: Sendable, CustomStringConvertible {
  case icu
  case xml
  case lz4
  case `extension`(String)
  /// Indexes and materialized views whose functions find names by the search path: since 17 the server makes none.
  case sessionSearchPath

  package var description: String {
    switch self {
    case .icu: "ICU"
    case .xml: "XML"
    case .lz4: "LZ4"
    case .extension(let name): "the extension \(name)"
    case .sessionSearchPath: "the session's search path for what it builds"
    }
  }

  package var isThere: Bool {
    switch self {
    case .icu: Self.buildOptions.contains("--with-icu")
    case .xml: Self.buildOptions.contains("--with-libxml")
    case .lz4: Self.buildOptions.contains("--with-lz4")
    case .sessionSearchPath: PostgresServer.majorVersion < 17
    case .extension(let name):
      Self.extensions.map { FileTree.exists($0.appending("\(name).control")) } ?? false
    }
  }

  /// Those of `features` that the server lacks, in words; nil when it has them all.
  package static func whyNot(_ features: [ServerFeature]) -> String? {
    let missing = features.filter { !$0.isThere }.map(\.description)
    return missing.isEmpty ? nil : "the server comes without \(missing.joined(separator: ", "))"
  }

  /// The directory of the extensions that can be created.
  static let extensions = PostgresServer.configuration("--sharedir").map {
    BytePath($0).appending("extension")
  }

  private static let buildOptions = PostgresServer.configuration("--configure") ?? ""
}

extension PostgresServer {
  /// What the server's pg_config answers.
  static func configuration(_ question: BytePath) -> String? {
    programs.flatMap { try? Program.run([$0.appending("pg_config"), question]).succeeded().lines.first }
  }

  /// 0 if there is no server.
  package static let majorVersion: Int =
    configuration("--version").flatMap { $0.split(separator: " ").last }
    .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
}
